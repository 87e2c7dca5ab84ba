using System.Net;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Worker;

/// <summary>Uploads and pushes that are looked at, broken off, cancelled and read while they arrive.</summary>
public sealed class ArrivalTests(Services services)
{
    private static readonly ArchiveBuilder Image = new ArchiveBuilder()
        .WithLayer(l => l.File("a", 300_000))
        .WithLayer(l => l.File("b", 200_000, 'b'));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task From_the_first_byte_there_is_a_page_that_shows_the_layers_that_are_read(Engine engine)
    {
        // One of its own: a service reads one upload at a time on arrival.
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), await services.DatabaseAsync(engine));
        var (id, archive) = (Guid.NewGuid(), Image.DockerArchive());
        using var request = await SendAsync(service, id, archive, archive.Length - 2500);
        var seen = await WhenAsync(service, id, a => a["progress"]!["layersDone"]!.GetValue<int>() > 0);
        Assert.Equal("receiving", seen.Of<string>("state"));
        Assert.Equal(archive.Length, seen["progress"]!["bytesTotal"]!.GetValue<long>());
        Assert.InRange(seen["progress"]!["bytesDone"]!.GetValue<long>(), 500_000, archive.Length - 2500);
        var page = await service.Client.GetStringAsync(new Uri($"/images/{id}", UriKind.Relative), Token);
        Assert.Contains("Receiving the upload", page, StringComparison.Ordinal);
        using (var second = await service.Client.PutAsync(
            new Uri($"/api/images/upload?id={id}", UriKind.Relative), new ByteArrayContent(archive), Token))
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);

        await request.MoreAsync(archive[^2500..], Token);
        var done = await service.EndedAsync(id.ToString(), Token);
        Assert.Equal("done", done.Of<string>("state"));
        Assert.Equal(500_000, done["summary"]!["diskBytes"]!.GetValue<long>());
        Assert.Equal(0, done["progress"]!["layersKnown"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Broken_off_it_has_failed_and_holds_nothing(string onArrival)
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(
            folder, settings: ("Insight__Reading__OnArrival", onArrival));
        var (id, archive) = (Guid.NewGuid(), Image.DockerArchive());
        using (await SendAsync(service, id, archive, archive.Length - 2500))
            await WhenAsync(service, id, a => a.Of<string>("state") == "receiving");
        var failed = await service.EndedAsync(id.ToString(), Token);
        Assert.Equal("upload-incomplete", failed["error"]!.Of<string>("code"));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "spool")));
        using var retry = await service.Client.PostAsync(
            new Uri($"/api/analyses/{id}/retry", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.Conflict, retry.StatusCode);
        var page = await service.Client.GetStringAsync(new Uri($"/images/{id}", UriKind.Relative), Token);
        Assert.Contains("Upload broken off", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Try again", page, StringComparison.Ordinal);

        var again = await service.UploadAsync(archive, "again", Token);
        Assert.Equal("done", (await service.EndedAsync(again, Token)).Of<string>("state"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_or_deleted_while_it_arrives_its_sender_is_told(bool delete)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var (id, archive) = (Guid.NewGuid(), Image.DockerArchive());
        using var request = await SendAsync(service, id, archive, archive.Length - 2500);
        await WhenAsync(service, id, a => a.Of<string>("state") == "receiving");
        using (var answer = delete
            ? await service.Client.DeleteAsync(new Uri($"/api/analyses/{id}", UriKind.Relative), Token)
            : await service.Client.PostAsync(new Uri($"/api/analyses/{id}/cancel", UriKind.Relative), null, Token))
            Assert.True(answer.IsSuccessStatusCode);
        var told = await request.AnswerAsync(Token);
        Assert.StartsWith("HTTP/1.1 409 ", told, StringComparison.Ordinal);
        Assert.Contains("\"cancelled\"", told, StringComparison.Ordinal);
        if (!delete)
            Assert.Equal("cancelled", (await service.EndedAsync(id.ToString(), Token))["error"]!.Of<string>("code"));
    }

    [Fact]
    public async Task Killed_while_an_upload_arrives_it_has_failed_after_a_new_start()
    {
        var folder = services.NewFolder();
        (string, string) lease = ("Insight__Worker__LeaseSeconds", "3");
        var (id, archive) = (Guid.NewGuid(), Image.DockerArchive());
        await using (var first = await ServiceProcess.StartAsync(folder, settings: lease))
        {
            using var request = await SendAsync(first, id, archive, archive.Length - 2500);
            await WhenAsync(first, id, a => a.Of<string>("state") == "receiving");
            await first.KillAsync();
        }

        await using var second = await ServiceProcess.StartAsync(folder, settings: lease);
        Assert.Equal("upload-incomplete", (await second.EndedAsync(id.ToString(), Token))["error"]!.Of<string>("code"));
    }

    [Fact]
    public async Task A_compressed_archive_is_unpacked_once_and_nothing_of_that_stays()
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var id = await service.UploadAsync(ArchiveBuilder.Gzip(Image.DockerArchive()), "packed", Token);
        var done = await service.EndedAsync(id, Token);
        Assert.Equal(500_000, done["summary"]!["diskBytes"]!.GetValue<long>());
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "spool")));
    }

    [Fact]
    public async Task What_the_page_says_of_uploads_that_come_at_the_same_time_is_right()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var archives = Enumerable.Range(0, 8)
            .Select(i => new ArchiveBuilder().WithLayer(l => l.File("f", 100_000 + i)).DockerArchive()).ToList();
        var ids = await Task.WhenAll(archives.Select((a, i) => service.UploadAsync(a, $"many{i}", Token)));
        for (var i = 0; i < ids.Length; i++)
            Assert.Equal(
                100_000 + i,
                (await service.EndedAsync(ids[i], Token))["summary"]!["diskBytes"]!.GetValue<long>());
    }

    private static Task<OpenRequest> SendAsync(ServiceProcess service, Guid id, byte[] archive, int sent) =>
        OpenRequest.SendAsync(
            service.Address, $"PUT /api/images/upload?name=app&id={id}", archive.Length, archive[..sent], Token);

    private static async Task<JsonNode> WhenAsync(ServiceProcess service, Guid id, Func<JsonNode, bool> holds)
    {
        var last = "nothing";
        for (var i = 0; i < 1000; i++)
        {
            using var answer = await service.Client.GetAsync(new Uri($"/api/analyses/{id}", UriKind.Relative), Token);
            last = await answer.Content.ReadAsStringAsync(Token);
            if (answer.IsSuccessStatusCode && JsonNode.Parse(last) is { } analysis && holds(analysis))
                return analysis;
            await Task.Delay(20, Token);
        }

        throw new TimeoutException("Last seen: " + last);
    }
}
