using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Api;

/// <summary>An image leaves the service without its dead bytes, wherever it came from.</summary>
public sealed class OptimizedTests(Services services, RegistryStage stage)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image(string seed = "x") => new ArchiveBuilder { Tag = $"test/{seed}:1" }
        .WithLayer(l => l.File("srv/a", 70_000).File("srv/" + seed, 300), "COPY . /srv # buildkit")
        .WithLayer(l => l.Whiteout("srv/a").File("root/.cache/pip/w", 5000)
            .File("usr/share/doc/x", 200_000), "RUN /bin/sh -c rm /srv/a # buildkit");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_upload_comes_back_without_its_dead_bytes_and_nothing_else_changes(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(Image().DockerArchive(), cancellationToken: Token);
        var before = await service.EndedAsync(id, Token);
        using var answer = await GetAsync(service, id);
        Assert.Equal("application/x-tar", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("test-optimized.tar", answer.Content.Headers.ContentDisposition!.FileName);
        var after = await AgainAsync(service, await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(275_300, before.Of<long>("summary.diskBytes"));
        Assert.Equal((205_300, 0), (after.Of<long>("summary.diskBytes"), after.Of<long>("summary.wastedBytes")));
        foreach (var same in new[] { "history", "tags", "platform", "visibleBytes", "visibleFiles" })
            Assert.True(JsonNode.DeepEquals(before["summary"]![same], after["summary"]![same]), same);
        Assert.Equal(await FilesAsync(service, id), await FilesAsync(service, after.Of<string>("id")));
    }

    [Fact]
    public async Task Safe_findings_that_are_asked_for_go_as_well()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await DoneAsync(service, Image().DockerArchive());
        using var answer = await GetAsync(service, id, "?findings=package-cache-pip-1, deleted-later-1");
        var after = await AgainAsync(service, await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(200_300, after.Of<long>("summary.diskBytes"));
        Assert.DoesNotContain(
            "/root/.cache/pip/w", await FilesAsync(service, after.Of<string>("id")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?findings=no-such-9", "finding-not-found")]
    [InlineData("?findings=documentation-doc-1", "finding-not-safe")]
    public async Task What_cannot_be_taken_out_is_refused(string query, string code)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await GetAsync(service, await DoneAsync(service, Image().DockerArchive()), query);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Each_image_of_an_archive_is_its_own()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var (one, two) = (Image("one"), Image("two"));
        two.Architecture = "arm64";
        var id = await service.UploadAsync(
            ArchiveBuilder.OciLayout(ArchiveBuilder.Gzip, "application/vnd.oci.image.layer.v1.tar+gzip", one, two),
            cancellationToken: Token);
        var first = await service.EndedAsync(id, Token);
        foreach (var (analysis, file) in new[] { (id, "one"), (first["siblings"]![0]!.GetValue<string>(), "two") })
        {
            await service.EndedAsync(analysis, Token);
            using var answer = await GetAsync(service, analysis);
            var after = await AgainAsync(service, await answer.Content.ReadAsByteArrayAsync(Token));
            Assert.Contains(
                $"/srv/{file}", await FilesAsync(service, after.Of<string>("id")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_longer_kept_are_told_as_such()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var archive = Image("gone").DockerArchive();
        var id = await DoneAsync(service, archive);
        foreach (var file in Directory.GetFiles(Path.Combine(service.DataDirectory, "spool"), "*.tar")
            .Where(f => new FileInfo(f).Length == archive.Length && File.ReadAllBytes(f).SequenceEqual(archive)))
            File.Delete(file);
        using var answer = await GetAsync(service, id);
        Assert.Equal((HttpStatusCode.Gone, "bytes-gone"), (answer.StatusCode, await CodeAsync(answer)));
        Assert.Equal("done", (await service.GetAsync($"/api/analyses/{id}", Token)).Of<string>("state"));
        using var missing = await GetAsync(service, Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_pulled_image_is_fetched_again_while_the_registry_has_it(Engine engine)
    {
        var registry = await stage.OpenAsync();
        var service = await stage.ServiceAsync(services, engine);
        var name = $"optimized/{engine.ToString().ToLowerInvariant()}";
        await RegistryStage.PushAsync(registry, Image("pulled"), name + ":1");
        var done = await service.PullAsync($"{registry.Host}/{name}:1");
        using (var answer = await GetAsync(service, done.Of<string>("id")))
        {
            var after = await AgainAsync(service, await answer.Content.ReadAsByteArrayAsync(Token));
            Assert.Equal((205_300, 0), (after.Of<long>("summary.diskBytes"), after.Of<long>("summary.wastedBytes")));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(service.DataDirectory, "spool"), "*.part"));
        await RegistryStage.PushAsync(registry, Image("another"), name + ":1");
        using var moved = await GetAsync(service, done.Of<string>("id"));
        Assert.Equal((HttpStatusCode.Gone, "image-moved"), (moved.StatusCode, await CodeAsync(moved)));
    }

    private static async Task<string> DoneAsync(ServiceProcess service, byte[] archive)
    {
        var id = await service.UploadAsync(archive, cancellationToken: Token);
        await service.EndedAsync(id, Token);
        return id;
    }

    private static Task<HttpResponseMessage> GetAsync(ServiceProcess service, string id, string query = "") =>
        service.Client.GetAsync(new Uri($"/api/analyses/{id}/optimized{query}", UriKind.Relative), Token);

    private static async Task<JsonNode> AgainAsync(ServiceProcess service, byte[] archive)
    {
        var done = await service.EndedAsync(await service.UploadAsync(archive, cancellationToken: Token), Token);
        Assert.Equal("done", done.Of<string>("state"));
        return done;
    }

    private static async Task<string> FilesAsync(ServiceProcess service, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/analyses/{id}/files");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await service.Client.SendAsync(request, Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>();
}
