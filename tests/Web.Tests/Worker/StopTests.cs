using System.Diagnostics;
using System.Text;
using ImageInsight.Analysis.Tests.Sources.Registry;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Worker;

public sealed class StopTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Told_to_stop_it_cuts_what_arrives_gives_its_analysis_back_and_ends_within_ten_seconds()
    {
        var folder = services.NewFolder();
        using var slow = new GatedRegistry();
        string id;
        await using (var service = await ServiceProcess.StartAsync(folder, settings: GatedRegistry.Settings))
        {
            id = await slow.PullAsync(service);
            using var begun = await service.Client.PostAsync(
                new Uri("/v2/a/blobs/uploads/", UriKind.Relative), null, Token);
            var push = begun.Headers.Location!.OriginalString;
            var form = Encoding.ASCII.GetBytes(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.tar\"\r\n\r\n");
            const string Form = "multipart/form-data; boundary=b";
            // Also one whose file has not begun yet.
            OpenRequest[] open =
            [
                await SendAsync(service, "PUT /api/images/upload", new byte[300_000]),
                await SendAsync(service, $"PATCH {push}", new byte[300_000]),
                await SendAsync(service, $"POST /v2/a/blobs/uploads/?digest=sha256:{new string('0', 64)}", [1, 2, 3]),
                await SendAsync(service, "POST /api/images/upload", [.. form, .. new byte[1000]], Form),
                await SendAsync(service, "POST /api/images/upload", "--b\r\n"u8.ToArray(), Form),
            ];
            for (var i = 0; i < 200 && Directory.GetFiles(Path.Combine(folder, "spool")).Length < 4; i++)
                await Task.Delay(50, Token);
            Assert.Equal(4, Directory.GetFiles(Path.Combine(folder, "spool")).Length);

            var watch = Stopwatch.StartNew();
            var answers = open.Select(o => o.AnswerAsync(Token)).ToList();
            Assert.Equal(0, await service.TerminateAsync());
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            foreach (var answer in await Task.WhenAll(answers))
            {
                Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
                Assert.Contains("Retry-After: 5", answer, StringComparison.Ordinal);
                Assert.Contains("service-stopping", answer, StringComparison.Ordinal);
            }

            Assert.Empty(Directory.GetFiles(Path.Combine(folder, "spool")));
            foreach (var request in open)
                request.Dispose();
        }

        slow.Open();
        await using var again = await ServiceProcess.StartAsync(folder, settings: GatedRegistry.Settings);
        Assert.Equal("done", (await again.EndedAsync(id, Token)).Of<string>("state"));
        Assert.Contains("attempt 1", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("attempt 2", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_ends_soon_after_the_stop_is_still_taken()
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var archive = new ArchiveBuilder().WithLayer(l => l.File("a", 2000)).DockerArchive();
        using var request = await OpenRequest.SendAsync(
            service.Address, "PUT /api/images/upload", archive.Length, archive[..1000], Token);
        var ending = service.TerminateAsync();
        await Task.Delay(1000, Token);
        await request.MoreAsync(archive[1000..], Token);
        Assert.StartsWith("HTTP/1.1 202 ", await request.AnswerAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, await ending);
    }

    private static Task<OpenRequest> SendAsync(
        ServiceProcess service, string line, byte[] sent, string type = "application/octet-stream") =>
        OpenRequest.SendAsync(service.Address, line, 9_000_000, sent, Token, type);
}
