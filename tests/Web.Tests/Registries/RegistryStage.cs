using System.Net.Http.Json;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(ImageInsight.Web.Tests.Registries.RegistryStage))]

namespace ImageInsight.Web.Tests.Registries;

/// <summary>An anonymous registry and a private one, each started when it is first asked for.</summary>
public sealed class RegistryStage : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private RegistryServer? open;
    private RegistryServer? closed;
    private readonly Dictionary<Engine, ServiceProcess> running = [];

    public static (string Key, string Value)[] Settings { get; } =
    [
        ("Insight__Outbound__Allow", "127.0.0.0/8"), ("Insight__Registries__Insecure", "127.0.0.0/8"),
        ("Insight__Registries__RetryMilliseconds", "20"), ("Insight__Watch__PollSeconds", "1"),
    ];

    public Task<RegistryServer> OpenAsync() => OfAsync(isPrivate: false);

    public Task<RegistryServer> ClosedAsync() => OfAsync(isPrivate: true);

    /// <summary>One that may reach them; shared, so that each test's images are its own.</summary>
    public async Task<ServiceProcess> ServiceAsync(Services services, Engine engine)
    {
        await gate.WaitAsync();
        try
        {
            if (!running.TryGetValue(engine, out var service))
                running[engine] = service = await ServiceProcess.StartAsync(
                    services.NewFolder(), await services.DatabaseAsync(engine), settings: Settings);
            return service;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Pushes what the builder makes, as skopeo writes it with these options.</summary>
    public static async Task PushAsync(
        RegistryServer registry, ArchiveBuilder image, string target, params string[] options)
    {
        var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".tar");
        await File.WriteAllBytesAsync(file, image.DockerArchive(), TestContext.Current.CancellationToken);
        try
        {
            await registry.PushAsync("docker-archive:" + file, target, TestContext.Current.CancellationToken, options);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in running.Values)
            await service.DisposeAsync();
        if (open is not null)
            await open.DisposeAsync();
        if (closed is not null)
            await closed.DisposeAsync();
        gate.Dispose();
    }

    private async Task<RegistryServer> OfAsync(bool isPrivate)
    {
        Assert.SkipUnless(
            RegistryServer.IsInstalled, "docker-registry and skopeo are not installed; scripts/test.sh installs them.");
        await gate.WaitAsync();
        try
        {
            return isPrivate
                ? closed ??= await RegistryServer.StartAsync(isPrivate, CancellationToken.None)
                : open ??= await RegistryServer.StartAsync(isPrivate, CancellationToken.None);
        }
        finally
        {
            gate.Release();
        }
    }
}

internal static class Calls
{
    public static async Task<HttpResponseMessage> PostAsync(this ServiceProcess service, string path, object body) =>
        await service.Client.PostAsJsonAsync(
            new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);

    /// <summary>Pulls and answers the analysis once it has ended.</summary>
    public static async Task<JsonNode> PullAsync(
        this ServiceProcess service, string reference, string? platform = null, object? credential = null)
    {
        using var answer = await service.PostAsync("/api/images/pull", new { reference, platform, credential });
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Accepted, body!.ToJsonString());
        return await service.EndedAsync(body["id"]!.GetValue<string>(), TestContext.Current.CancellationToken);
    }

    public static async Task<(int Status, string? Code, JsonNode Body)> AskAsync(
        this ServiceProcess service, string path, object body)
    {
        using var answer = await service.PostAsync(path, body);
        var json = await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, json!["code"]?.GetValue<string>(), json);
    }

    public static string? Error(this JsonNode analysis) => analysis["error"]?["code"]?.GetValue<string>();

    public static T Of<T>(this JsonNode node, string path) =>
        path.Split('.').Aggregate((JsonNode?)node, (n, p) => n![p])!.GetValue<T>();
}
