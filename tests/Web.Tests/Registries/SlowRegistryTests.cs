using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Registries;

public sealed class SlowRegistryTests(Services services, RegistryStage stage)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_that_never_answers_holds_up_its_own_watches_alone_and_is_given_up()
    {
        var registry = await stage.OpenAsync();
        await RegistryStage.PushAsync(
            registry, new ArchiveBuilder().WithLayer(l => l.File("a", 100, 'w')), "beside/app:latest");
        // Connections are taken by the system; nobody ever reads from them.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(100);
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: [.. RegistryStage.Settings, ("Insight__Watch__LookSeconds", "30")]);
        for (var i = 0; i < 6; i++)
            await AddAsync(service, $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/slow/app{i}");
        // All that can be asked are asked.
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        await AddAsync(service, registry.Host + "/beside/app");

        var looked = await UntilAsync(
            service, "beside", w => w["analyses"]!.AsArray().Count > 0, TimeSpan.FromSeconds(20));
        Assert.Null(looked["lastError"]);
        var given = await UntilAsync(service, "slow", w => w["lastError"] is not null, TimeSpan.FromSeconds(60));
        Assert.Contains("longer than 30 s", given.Of<string>("lastError"), StringComparison.Ordinal);
    }

    private static async Task AddAsync(ServiceProcess service, string reference) =>
        Assert.Equal(201, (await service.AskAsync("/api/watches", new { reference, everyHours = 1 })).Status);

    /// <summary>The first such watch for which it holds.</summary>
    private static async Task<JsonNode> UntilAsync(
        ServiceProcess service, string name, Func<JsonNode, bool> condition, TimeSpan within)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < within;)
        {
            var watches = (await service.GetAsync("/api/watches", Token)).AsArray();
            if (watches.FirstOrDefault(
                w => w!.Of<string>("reference").Contains(name, StringComparison.Ordinal) && condition(w!)) is { } found)
                return found;
            await Task.Delay(100, Token);
        }

        throw new TimeoutException($"No watch of {name} came so far:\n{service.Output}");
    }
}
