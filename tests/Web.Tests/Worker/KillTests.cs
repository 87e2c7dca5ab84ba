using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Worker;

public sealed class KillTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Killed_in_the_middle_of_an_analysis_it_is_finished_once_after_a_new_start(Engine engine)
    {
        var folder = services.NewFolder();
        var database = await services.DatabaseAsync(engine);
        (string, string) lease = ("Insight__Worker__LeaseSeconds", "3");
        // Slow to read: many files, well compressed.
        var image = new ArchiveBuilder();
        for (var layer = 0; layer < 6; layer++)
            image.WithLayer(l =>
            {
                for (var f = 0; f < 20_000; f++)
                    l.File($"d{layer}/f{f}", 700, (char)('a' + (f % 20)));
            });
        string id;
        await using (var first = await ServiceProcess.StartAsync(folder, database, settings: lease))
        {
            id = await first.UploadAsync(image.DockerArchive(ArchiveBuilder.Gzip), "big", Token);
            while ((await first.GetAsync($"/api/analyses/{id}", Token))["state"]!.GetValue<string>() != "running")
                await Task.Delay(5, Token);
            await first.KillAsync();
        }

        await using var second = await ServiceProcess.StartAsync(folder, database, settings: lease);
        var before = await second.GetAsync($"/api/analyses/{id}", Token);
        Assert.NotEqual("done", before["state"]!.GetValue<string>());
        Assert.Null(before["summary"]);
        var done = await second.EndedAsync(id, Token);
        Assert.Equal("done", done["state"]!.GetValue<string>());
        Assert.Equal(6 * 20_000 * 700, done["summary"]!["visibleBytes"]!.GetValue<long>());
        Assert.Equal(120_000, done["summary"]!["visibleFiles"]!.GetValue<int>());
        Assert.Single((await second.GetAsync("/api/analyses", Token))["items"]!.AsArray());
        Assert.Contains("attempt 2", second.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "spool")));
    }

    [Fact]
    public async Task A_running_analysis_can_be_cancelled_and_tried_again()
    {
        await using var service = await ServiceProcess.StartAsync(services.NewFolder());
        var image = new ArchiveBuilder();
        for (var layer = 0; layer < 8; layer++)
            image.WithLayer(l =>
            {
                for (var f = 0; f < 20_000; f++)
                    l.File($"d{layer}/f{f}", 700, (char)('a' + (f % 20)));
            });
        var id = await service.UploadAsync(image.DockerArchive(ArchiveBuilder.Gzip), "big", Token);
        using (var cancelled = await service.Client.PostAsync(
            new Uri($"/api/analyses/{id}/cancel", UriKind.Relative), null, Token))
            Assert.Equal(System.Net.HttpStatusCode.Accepted, cancelled.StatusCode);
        JsonNode ended = await service.EndedAsync(id, Token);
        Assert.Equal("cancelled", ended["error"]!["code"]!.GetValue<string>());
        using (var again = await service.Client.PostAsync(
            new Uri($"/api/analyses/{id}/retry", UriKind.Relative), null, Token))
            Assert.Equal(System.Net.HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal("done", (await service.EndedAsync(id, Token))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task Either_role_runs_alone_and_they_meet_in_the_database()
    {
        var folder = services.NewFolder();
        var database = await services.DatabaseAsync(Engine.Postgres);
        await using var web = await ServiceProcess.StartAsync(
            folder, database, settings: ("Insight__Worker__Enabled", "false"));
        var id = await web.UploadAsync(new ArchiveBuilder().WithLayer(l => l.File("a", 5)).DockerArchive(), "x", Token);
        await Task.Delay(1500, Token);
        Assert.Equal("queued", (await web.GetAsync($"/api/analyses/{id}", Token))["state"]!.GetValue<string>());
        await using var worker = ServiceProcess.Launch(folder, database, null, ("Insight__Web__Enabled", "false"));
        Assert.Equal("done", (await web.EndedAsync(id, Token))["state"]!.GetValue<string>());
        await Assert.ThrowsAsync<HttpRequestException>(
            () => worker.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Token));
    }
}
