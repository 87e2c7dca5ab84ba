using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Api;

public sealed class BaseTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Root(string tag, int size) => new ArchiveBuilder { Tag = tag }
        .WithLayer(l => l.File("etc/os-release", "NAME=Debian\nID=debian\nVERSION_ID=12\n"u8.ToArray())
            .File("usr/lib/a", size).File("tmp/junk", 3000), "ADD rootfs.tar /")
        .WithEmptyHistory("CMD [\"bash\"]");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_base_is_named_split_off_and_compared(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var full = Root($"base/full-{engine}:1", 70_000);
        await service.EndedAsync(await service.UploadAsync(full.DockerArchive(), cancellationToken: Token), Token);
        await service.EndedAsync(
            await service.UploadAsync(Root($"base/slim-{engine}:1", 20_000).DockerArchive(), cancellationToken: Token),
            Token);
        var id = await service.UploadAsync(
            full.WithLayer(l => l.File("srv/app", 5000).Whiteout("tmp/junk").File("root/.cache/pip/w", 4000)
                .File("usr/lib/b", 7), "COPY . / # buildkit").DockerArchive(), cancellationToken: Token);
        var summary = (await service.EndedAsync(id, Token))["summary"]!;
        var its = summary["base"]!;
        Assert.Equal(($"base/full-{engine}:1", "known-image", 1),
            (its["name"]!.GetValue<string>(), its["confidence"]!.GetValue<string>(), its["layers"]!.GetValue<int>()));
        Assert.Equal(summary["diskBytes"]!.GetValue<long>(),
            its["diskBytes"]!.GetValue<long>() + summary["own"]!["diskBytes"]!.GetValue<long>());
        Assert.Equal(summary["pullBytes"]!.GetValue<long>(),
            its["pullBytes"]!.GetValue<long>() + summary["own"]!["pullBytes"]!.GetValue<long>());

        var leaner = (await service.GetAsync($"/api/analyses/{id}/base", Token))["leaner"]!.AsArray()
            .Single(l => l!["name"]!.GetValue<string>() == $"base/slim-{engine}:1")!;
        Assert.Equal(50_000, leaner["savedDiskBytes"]!.GetValue<long>());

        foreach (var path in new[] { "/", "/usr", "/usr/lib" })
            foreach (var measure in new[] { "diskBytes", "pullBytes", "wastedBytes", "files" })
            {
                var all = await SumsAsync(service, id, path, measure, "all");
                var theirs = await SumsAsync(service, id, path, measure, "base");
                var own = await SumsAsync(service, id, path, measure, "yours");
                Assert.All(all,
                    n => Assert.Equal(n.Value, theirs.GetValueOrDefault(n.Key) + own.GetValueOrDefault(n.Key)));
                Assert.Empty(theirs.Keys.Union(own.Keys).Except(all.Keys));
            }

        Assert.DoesNotContain("/srv", (await SumsAsync(service, id, "/", "diskBytes", "base")).Keys);
        Assert.DoesNotContain("/etc", (await SumsAsync(service, id, "/", "diskBytes", "yours")).Keys);
        string[] Ids(JsonNode findings) =>
            [.. findings.AsArray().Select(f => f!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
        var (every, ofBase, ofYours) = (Ids(await service.GetAsync($"/api/analyses/{id}/findings", Token)),
            Ids(await service.GetAsync($"/api/analyses/{id}/findings?of=base", Token)),
            Ids(await service.GetAsync($"/api/analyses/{id}/findings?of=yours", Token)));
        Assert.Equal(["base-waste-1"], ofBase);
        Assert.Equal(["package-cache-pip-1"], ofYours);
        Assert.Equal(every, ofBase.Concat(ofYours).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("tree?of=mine")]
    [InlineData("tree?of=1")]
    [InlineData("findings?of=")]
    public async Task An_owner_that_does_not_exist_is_refused(string query)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await service.UploadAsync(Root("base/x:1", 10).DockerArchive(), cancellationToken: Token);
        await service.EndedAsync(id, Token);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/{query}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("bad-of", (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>());
    }

    private static async Task<Dictionary<string, long>> SumsAsync(
        ServiceProcess service, string id, string path, string figure, string of)
    {
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/tree?path={path}&of={of}", UriKind.Relative), Token);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return [];
        var tree = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        return tree["nodes"]!.AsArray()
            .ToDictionary(n => n!["path"]!.GetValue<string>(), n => n![figure]!.GetValue<long>());
    }
}
