using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Api;

public sealed class SimulateTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l.File("d/a", 70_000).File("d/b", 300), "COPY . /d # buildkit")
        .WithLayer(l => l.Whiteout("d/a").File("root/.cache/pip/w", 5000), "RUN /bin/sh -c rm /d/a # buildkit");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_sizes_without_some_findings_come_from_what_was_stored(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        var summary = (await service.EndedAsync(id, Token))["summary"]!;
        var findings = (await service.GetAsync($"/api/analyses/{id}/findings", Token)).AsArray()
            .Select(f => f!["id"]!.GetValue<string>()).ToArray();
        Assert.Equal(["deleted-later-1", "package-cache-pip-1"], findings);

        var none = await SimulateAsync(service, id);
        Assert.Equal(summary["diskBytes"]!.GetValue<long>(), none["diskBytes"]!.GetValue<long>());
        Assert.Equal(summary["pullBytes"]!.GetValue<long>(), none["pullBytes"]!.GetValue<long>());
        var all = await SimulateAsync(service, id, [.. findings, findings[0]]);
        Assert.Equal(300, all["diskBytes"]!.GetValue<long>());
        var layers = all["layers"]!.AsArray();
        Assert.Equal([300L, 0L], layers.Select(l => l!["diskBytes"]!.GetValue<long>()));
        Assert.Equal([0, 1], layers.Select(l => l!["index"]!.GetValue<int>()));
        Assert.Equal(all["pullBytes"]!.GetValue<long>(), layers.Sum(l => l!["pullBytes"]!.GetValue<long>()));
    }

    [Theory]
    [InlineData("""{"findings":["no-such-9"]}""", HttpStatusCode.UnprocessableEntity, "finding-not-found")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "findings-missing")]
    [InlineData("""{"findings":[null]}""", HttpStatusCode.BadRequest, "findings-missing")]
    [InlineData("""{"findings":7}""", HttpStatusCode.BadRequest, "bad-request")]
    public async Task A_wrong_request_is_answered_with_a_code(string body, HttpStatusCode status, string code)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        await service.EndedAsync(id, Token);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await service.Client.PostAsync(
            new Uri($"/api/analyses/{id}/simulate", UriKind.Relative), content, Token);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_finding_links_to_the_page_of_its_rule()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        await service.EndedAsync(id, Token);
        foreach (var finding in (await service.GetAsync($"/api/analyses/{id}/findings", Token)).AsArray())
        {
            var page = await service.Client.GetStringAsync(
                new Uri(finding!["docs"]!.GetValue<string>(), UriKind.Relative), Token);
            Assert.Contains("When not to", page, StringComparison.Ordinal);
        }

        using var missing = await service.Client.GetAsync(new Uri("/docs/findings/no-such", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task<JsonNode> SimulateAsync(ServiceProcess service, string id, params string[] findings)
    {
        using var answer = await service.Client.PostAsJsonAsync(
            new Uri($"/api/analyses/{id}/simulate", UriKind.Relative), new { findings }, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
    }
}
