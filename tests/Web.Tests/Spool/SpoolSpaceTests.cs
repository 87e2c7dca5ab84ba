using System.Net;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Api;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Spool;

/// <summary>Whoever sends something can fill neither the spool beyond its budget nor its disk.</summary>
public sealed class SpoolSpaceTests(Services services)
{
    private static readonly byte[] Chunk = new byte[600_000];

    /// <summary>Longer than a push may be silent when there is no room.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(6);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blobs_that_are_not_finished_count_and_the_longest_silent_goes_when_there_is_no_room()
    {
        await using var service = await StartAsync(("Insight__Spool__BudgetBytes", "1000000"));
        var first = await BeginAsync(service);
        Assert.Equal(HttpStatusCode.Accepted, (await PatchAsync(service, first)).Status);
        var refused = await BeginAsync(service);
        await RefusedAsync(service, refused);
        Assert.InRange(Used(service), 600_000, 1_000_000);
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync(service, refused)).Status);

        await Task.Delay(Idle, Token);
        var second = await BeginAsync(service);
        Assert.Equal(HttpStatusCode.Accepted, (await PatchAsync(service, second)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync(service, first)).Status);
        Assert.InRange(Used(service), 600_000, 1_000_000);
    }

    [Fact]
    public async Task A_push_that_somebody_is_sending_is_not_dropped_nor_deleted()
    {
        await using var service = await StartAsync(("Insight__Spool__BudgetBytes", "1000000"));
        var open = await BeginAsync(service);
        using var sending = await OpenRequest.SendAsync(service.Address, $"PATCH {open}", 700_000, Chunk, Token);
        await UntilAsync(() => Used(service) >= 600_000);
        await Task.Delay(Idle, Token);
        await RefusedAsync(service, await BeginAsync(service));
        using (var deleted = await service.Client.DeleteAsync(new Uri(open, UriKind.Relative), Token))
            Assert.Equal(HttpStatusCode.Conflict, deleted.StatusCode);
        await sending.MoreAsync(new byte[100_000], Token);
        await UntilAsync(() => Used(service) == 700_000);
    }

    [Fact]
    public async Task What_is_analysed_makes_room_for_what_arrives_and_what_is_bigger_than_the_budget_is_refused()
    {
        await using var service = await StartAsync(("Insight__Spool__BudgetBytes", "400000"));
        for (var i = 0; i < 6; i++)
        {
            var image = new ArchiveBuilder().WithLayer(l => l.File("a", 150_000, (char)('a' + i))).DockerArchive();
            var id = await service.UploadAsync(image, cancellationToken: Token);
            Assert.Equal("done", (await service.EndedAsync(id, Token)).Of<string>("state"));
            Assert.InRange(Used(service), image.Length, 400_000);
        }

        using var answer = await service.Client.PutAsync(
            new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent(new byte[500_000]), Token);
        await UploadTests.ProblemAsync(answer, HttpStatusCode.InsufficientStorage, "disk-full");
        Assert.Empty(Directory.GetFiles(SpoolOf(service), "*.part"));
    }

    [Fact]
    public async Task So_many_blobs_can_be_under_way_and_no_more()
    {
        await using var service = await StartAsync();
        var oldest = "";
        for (var i = 0; i < 4096; i++)
        {
            oldest = Path.Combine(SpoolOf(service), $"{Guid.NewGuid():N}.push");
            await File.Create(oldest).DisposeAsync();
            // Written to all the time, however long the test takes.
            File.SetLastWriteTimeUtc(oldest, new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        using (var refused = await service.Client.PostAsync(
            new Uri("/v2/a/blobs/uploads/", UriKind.Relative), null, Token))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            var text = await refused.Content.ReadAsStringAsync(Token);
            Assert.Contains("TOOMANYREQUESTS", text, StringComparison.Ordinal);
        }

        File.SetLastWriteTimeUtc(oldest, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await BeginAsync(service);
        Assert.False(File.Exists(oldest));
        Assert.Equal(4096, Directory.GetFiles(SpoolOf(service), "*.push").Length);
    }

    [Fact]
    public async Task A_blob_in_one_request_that_breaks_off_leaves_nothing()
    {
        await using var service = await StartAsync();
        var digest = ArchiveBuilder.Sha(Chunk);
        using (await OpenRequest.SendAsync(
            service.Address, $"POST /v2/a/blobs/uploads/?digest={digest}", 700_000, Chunk, Token))
            await UntilAsync(() => Used(service) >= 600_000);
        await UntilAsync(() => Directory.GetFiles(SpoolOf(service)).Length == 0);
    }

    [Fact]
    public async Task Some_of_the_disk_is_left_free_and_readiness_tells_when_it_is_not()
    {
        var folder = services.NewFolder();
        var spool = Directory.CreateDirectory(Path.Combine(folder, "spool")).FullName;
        Assert.SkipUnless(
            await UploadTests.TryAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", spool),
            "Mounting a small disk needs root.");
        try
        {
            await using var service = await ServiceProcess.StartAsync(
                folder, settings: ("Insight__MinFreeBytes", "1000000"));
            var first = await BeginAsync(service);
            Assert.Equal(HttpStatusCode.Accepted, (await PatchAsync(service, first)).Status);
            await RefusedAsync(service, await BeginAsync(service));
            using (var upload = await service.Client.PutAsync(
                new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent(Chunk), Token))
                await UploadTests.ProblemAsync(upload, HttpStatusCode.InsufficientStorage, "disk-full");
            Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(service));

            var others = Path.Combine(spool, "others");
            await File.WriteAllBytesAsync(others, Chunk, Token);
            var (status, text) = await ReadyAsync(service);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal("Unhealthy\nThe spool's disk has less free than Insight__MinFreeBytes.", text);
            File.Delete(others);
            Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(service));

            await Task.Delay(Idle, Token);
            var second = await BeginAsync(service);
            Assert.Equal(HttpStatusCode.Accepted, (await PatchAsync(service, second)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync(service, first)).Status);
        }
        finally
        {
            await UploadTests.TryAsync("umount", spool);
        }
    }

    private Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings) =>
        ServiceProcess.StartAsync(services.NewFolder(), settings: [.. settings, ("Insight__MinFreeBytes", "0")]);

    private static string SpoolOf(ServiceProcess service) => Path.Combine(service.DataDirectory, "spool");

    private static long Used(ServiceProcess service) =>
        new DirectoryInfo(SpoolOf(service)).EnumerateFiles().Sum(f => f.Exists ? f.Length : 0);

    private static async Task<string> BeginAsync(ServiceProcess service)
    {
        using var answer = await service.Client.PostAsync(
            new Uri("/v2/a/blobs/uploads/", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PatchAsync(ServiceProcess service, string upload)
    {
        using var answer = await service.Client.PatchAsync(
            new Uri(upload, UriKind.Relative), new ByteArrayContent(Chunk), Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task RefusedAsync(ServiceProcess service, string upload)
    {
        var (status, body) = await PatchAsync(service, upload);
        Assert.True(status == HttpStatusCode.InsufficientStorage, $"{(int)status} {body}");
        var error = JsonNode.Parse(body)!["errors"]![0]!;
        Assert.Equal(("SIZE_INVALID", "disk-full"), (error.Of<string>("code"), error.Of<string>("detail")));
    }

    private static async Task<(HttpStatusCode Status, string Text)> ReadyAsync(ServiceProcess service)
    {
        using var answer = await service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 200 && !condition(); i++)
            await Task.Delay(50, Token);
        Assert.True(condition());
    }
}
