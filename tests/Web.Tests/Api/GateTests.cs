using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ImageInsight.Web.Tests.Api;

/// <summary>The gate by its address, as a pipeline asks it.</summary>
public sealed class GateTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The base: 50,000 live and 3,000 that the layer above deletes. Above: 9,000, of them 4,000 a cache.
    private static ArchiveBuilder Image(int app = 5000) => new ArchiveBuilder()
        .WithLayer(l => l.File("etc/os-release", "NAME=Debian\nID=debian\n"u8.ToArray()).File("usr/lib/a", 50_000 - 22)
            .File("tmp/junk", 3000, 'j'), "/bin/sh -c #(nop) ADD file:9a8b in / ")
        .WithEmptyHistory("CMD [\"bash\"]")
        .WithLayer(l => l.File("srv/app", app, 'a').Whiteout("tmp/junk")
            .File("root/.cache/pip/w", 4000, 'w'), "COPY . / # buildkit");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Only_the_part_that_is_asked_for_counts(Engine engine)
    {
        var (service, id) = await StartAsync(engine, Image());
        foreach (var (of, disk, wasted) in new[] { ("all", 62_000, 3000), ("base", 53_000, 3000), ("yours", 9000, 0) })
        {
            var verdict = await service.GetAsync(
                $"/api/analyses/{id}/gate?of={of}&maxDisk={disk}&maxWasted={wasted}", Token);
            Assert.True(verdict["passed"]!.GetValue<bool>(), verdict.ToJsonString());
            Assert.Equal((of, $"/images/{id}"),
                (verdict["of"]!.GetValue<string>(), verdict["url"]!.GetValue<string>()));
            Assert.Equal([disk, wasted], verdict["checks"]!.AsArray().Select(c => c!["actual"]!.GetValue<int>()));
            verdict = await service.GetAsync(
                $"/api/analyses/{id}/gate?of={of}&maxDisk={disk - 1}&maxWasted={wasted}", Token);
            Assert.False(verdict["passed"]!.GetValue<bool>());
            Assert.Equal([false, true], verdict["checks"]!.AsArray().Select(c => c!["passed"]!.GetValue<bool>()));
        }

        foreach (var (of, actual) in new[] { ("all", 2), ("base", 1), ("yours", 1) })
            Assert.Equal(
                actual, (await service.GetAsync(
                    $"/api/analyses/{id}/gate?of={of}&failOn=low&confidence=maybe",
                    Token))["checks"]![0]!["actual"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_figures_are_those_of_the_summary()
    {
        var (service, id) = await StartAsync(Engine.Sqlite, Image());
        var summary = (await service.GetAsync($"/api/analyses/{id}", Token))["summary"]!;
        var checks = (await service.GetAsync(
            $"/api/analyses/{id}/gate?maxDisk=1TB&maxPull=1TB&maxWasted=100%25&minEfficiency=0",
            Token))["checks"]!.AsArray();
        Assert.Equal(
            ["diskBytes", "pullBytes", "wastedBytes"],
            ((string[])["diskBytes", "pullBytes", "wastedBytes"]).Where((
                f, i) => summary[f]!.GetValue<long>() == checks[i]!["actual"]!.GetValue<long>()));
        // Cut off after six digits.
        Assert.InRange(summary["efficiency"]!.GetValue<double>() - checks[3]!["actual"]!.GetValue<double>(), 0,
            0.000001);
    }

    [Fact]
    public async Task Growth_is_measured_part_against_part()
    {
        var (service, before) = await StartAsync(Engine.Sqlite, Image());
        var now = await service.UploadAsync(Image(5900).DockerArchive(), "now:2", Token);
        await service.EndedAsync(now, Token);
        async Task<bool> PassesAsync(string query) =>
            (await service.GetAsync(
                $"/api/analyses/{now}/gate?baseline={before}&{query}", Token))["passed"]!.GetValue<bool>();
        Assert.True(await PassesAsync("of=yours&maxGrowth=900"));
        Assert.False(await PassesAsync("of=yours&maxGrowth=899"));
        Assert.True(await PassesAsync("of=yours&maxGrowth=10%"));
        Assert.False(await PassesAsync("of=yours&maxGrowth=9.9%"));
        Assert.True(await PassesAsync("of=base&maxGrowth=0"));
        Assert.True(await PassesAsync("maxGrowth=2%"));
        Assert.True((await service.GetAsync(
            $"/api/analyses/{now}/gate?baseline={now}&maxGrowth=0&maxPullGrowth=0",
            Token))["passed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("gate", "no-limits")]
    [InlineData("gate?maxSize=5MB", "unknown-parameter")]
    [InlineData("gate?maxDisk=5MB&MAXDISK=50MB", "repeated-parameter")]
    [InlineData("gate?maxDisk=5M", "bad-size")]
    [InlineData("gate?maxDisk=", "bad-size")]
    [InlineData("gate?maxDisk=5MB&format=pdf", "bad-format")]
    [InlineData("gate?of=theirs&maxDisk=5MB", "bad-of")]
    public async Task A_wrong_question_is_answered_with_a_code(string path, string code)
    {
        var (service, id) = await StartAsync(Engine.Sqlite, Image());
        Assert.Equal((HttpStatusCode.BadRequest, code), await ProblemAsync(service, $"/api/analyses/{id}/{path}"));
    }

    [Fact]
    public async Task What_cannot_be_judged_is_no_verdict()
    {
        var (service, id) = await StartAsync(Engine.Sqlite, Image());
        var failed = await service.UploadAsync("no archive at all"u8.ToArray(), cancellationToken: Token);
        Assert.Equal("failed", (await service.EndedAsync(failed, Token))["state"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.NotFound, "analysis-not-found"), await ProblemAsync(
            service, $"/api/analyses/{Guid.NewGuid()}/gate?maxDisk=1"));
        Assert.Equal((HttpStatusCode.Conflict, "not-done"), await ProblemAsync(
            service, $"/api/analyses/{failed}/gate?maxDisk=1"));
        Assert.Equal((HttpStatusCode.NotFound, "baseline-not-found"), await ProblemAsync(
            service, $"/api/analyses/{id}/gate?maxGrowth=1&baseline={Guid.NewGuid()}"));
        Assert.Equal((HttpStatusCode.Conflict, "baseline-not-done"), await ProblemAsync(
            service, $"/api/analyses/{id}/gate?maxGrowth=1&baseline={failed}"));
    }

    [Fact]
    public async Task It_speaks_text_markdown_and_junit()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await service.UploadAsync(Image().DockerArchive(), "a\u001b[31m|b", Token);
        await service.EndedAsync(id, Token);
        var path = $"/api/analyses/{id}/gate?of=yours&maxDisk=8kB&maxWasted=0";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/plain");
        using var answer = await service.Client.SendAsync(request, Token);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(Token)).Split('\n');
        Assert.StartsWith("FAILED ", lines[0], StringComparison.Ordinal);
        Assert.Equal("FAIL maxDisk       9.00 kB, 1.00 kB more than 8.00 kB", lines[1]);
        Assert.Equal("ok   maxWasted     0 B, at most 0 B", lines[2]);
        Assert.DoesNotContain('\u001b', lines[0]);

        var markdown = await service.Client.GetStringAsync(new Uri(path + "&format=markdown", UriKind.Relative), Token);
        Assert.StartsWith("**Failed**: [a", markdown, StringComparison.Ordinal);
        Assert.Contains(
            "| maxDisk | **fail** | 9.00 kB, 1.00 kB more than 8.00 kB |", markdown, StringComparison.Ordinal);
        var suite = XDocument.Parse(
            await service.Client.GetStringAsync(
                new Uri(path + "&format=junit", UriKind.Relative), Token)).Root!.Element("testsuite")!;
        Assert.Equal((2, 1), ((int)suite.Attribute("tests")!, (int)suite.Attribute("failures")!));
        Assert.Equal("maxDisk", suite.Elements("testcase").Single(c => c.Element("failure") is not null)
            .Attribute("name")!.Value);
    }

    private async Task<(ServiceProcess Service, string Id)> StartAsync(Engine engine, ArchiveBuilder image)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(image.DockerArchive(), cancellationToken: Token);
        Assert.Equal("done", (await service.EndedAsync(id, Token))["state"]!.GetValue<string>());
        return (service, id);
    }

    private static async Task<(HttpStatusCode Status, string Code)> ProblemAsync(ServiceProcess service, string path)
    {
        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (answer.StatusCode,
            (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>());
    }
}
