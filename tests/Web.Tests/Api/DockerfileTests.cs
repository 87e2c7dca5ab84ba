using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Api;

public sealed class DockerfileTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l.File("bin/sh", 100), "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
        .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
        .WithLayer(l => l.File("d/a", 70_000).File("root/.cache/pip/w", 5000),
            "RUN |1 V=2 /bin/sh -c fetch && pip install x # buildkit")
        .WithLayer(l => l.Whiteout("d/a"), "RUN |1 V=2 /bin/sh -c rm /d/a # buildkit");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Both_Dockerfiles_come_from_what_was_stored(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        var summary = (await service.EndedAsync(id, Token))["summary"]!;

        var made = await service.GetAsync($"/api/analyses/{id}/dockerfile", Token);
        Assert.Equal(["deleted-later-2", "package-cache-pip-1"], made["applied"]!.AsArray()
            .Select(a => a!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(summary["diskBytes"]!.GetValue<long>() - 75_000,
            made["predicted"]!["diskBytes"]!.GetValue<long>());
        var run = made["lines"]!.AsArray().Single(l => l!["text"]!.GetValue<string>() == "RUN fetch && pip install x")!;
        Assert.Equal(1, run["layer"]!.GetValue<int>());
        Assert.Equal(75_000, run["diskBytes"]!.GetValue<long>());
        Assert.Equal("package-cache-pip-1", run["findings"]!.AsArray().Single()!.GetValue<string>());
        Assert.NotEmpty(made["notes"]!.AsArray());

        Assert.Contains(
            "ARG V=2\nRUN fetch && pip install x\nRUN rm /d/a\n",
            await TextAsync(service, $"/api/analyses/{id}/dockerfile"), StringComparison.Ordinal);
        Assert.Contains(
            "RUN fetch \\\n    && pip install --no-cache-dir x \\\n    && rm /d/a\n",
            await TextAsync(service, $"/api/analyses/{id}/dockerfile?version=proposed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?version=third", HttpStatusCode.BadRequest, "bad-version")]
    [InlineData("", HttpStatusCode.NotFound, "analysis-not-found")]
    public async Task A_wrong_request_is_answered_with_a_code(string query, HttpStatusCode status, string code)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{Guid.NewGuid()}/dockerfile{query}", UriKind.Relative), Token);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>());
    }

    private static async Task<string> TextAsync(ServiceProcess service, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var answer = await service.Client.SendAsync(request, Token);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsStringAsync(Token);
    }
}
