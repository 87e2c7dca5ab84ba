using ImageInsight.Analysis.Tests.Sources.Registry;

namespace ImageInsight.Web.Tests.Registries;

/// <summary>A registry that holds a layer back until it is told, so that an analysis runs for so long.</summary>
internal sealed class GatedRegistry : IDisposable
{
    private readonly ManualResetEventSlim gate = new();
    private readonly OddRegistry registry;

    public GatedRegistry()
    {
        registry = new OddRegistry();
        var image = registry.Add("1", new LayerBuilder().File("a", 3000).ToArray());
        registry.Answer(request =>
        {
            if (request.Target.Contains(image.LayerDigests[0], StringComparison.Ordinal))
                gate.Wait();
            return null;
        });
    }

    /// <summary>With more patience than a test takes.</summary>
    public static (string Key, string Value)[] Settings { get; } =
        [.. RegistryStage.Settings, ("Insight__Registries__AnswerSeconds", "600"),
            ("Insight__Worker__LeaseSeconds", "3")];

    public void Open() => gate.Set();

    /// <summary>Answers the analysis once it runs.</summary>
    public async Task<string> PullAsync(ServiceProcess service)
    {
        var (status, _, body) = await service.AskAsync(
            "/api/images/pull", new { reference = registry.Host + "/slow/app:1" });
        Assert.Equal(202, status);
        var id = body.Of<string>("id");
        for (var i = 0; i < 200 && registry.Requests.Count < 3; i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal("running", (await service.GetAsync("/api/analyses/" + id)).Of<string>("state"));
        return id;
    }

    public void Dispose()
    {
        gate.Set();
        registry.DisposeAsync().AsTask().GetAwaiter().GetResult();
        gate.Dispose();
    }
}
