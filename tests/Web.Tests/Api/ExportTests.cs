using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ImageInsight.Web.Tests.Api;

public sealed class ExportTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(
            l => l.File("d/=1+cmd|' ,\"x\"\u0001\n<b>`|.pem", 70_000).File("d/b", 300, 'y')
                .File("usr/share/doc/x/README", 400_000, 'z'), "COPY . /d # buildkit")
        .WithLayer(l => l.Opaque("d").File("d/b", 300, 'y'), "RUN /bin/sh -c rm '/d/=1' | tee # buildkit");

    [Fact]
    public async Task Csv_has_a_line_a_finding()
    {
        var (text, media) = await GetAsync("csv");
        Assert.Equal("text/csv", media);
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,ruleId,title", lines[0], StringComparison.Ordinal);
        Assert.Contains(
            lines, l => l.StartsWith("documentation-doc-0,documentation,", StringComparison.Ordinal)
                && l.Contains(",400000,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sarif_names_rules_levels_and_places()
    {
        var (text, media) = await GetAsync("sarif");
        Assert.Equal("application/sarif+json", media);
        var run = JsonNode.Parse(text)!["runs"]![0]!;
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray().Select(r => r!["id"]!.GetValue<string>()).ToList();
        var results = run["results"]!.AsArray();
        Assert.NotEmpty(results);
        Assert.All(results, r =>
        {
            Assert.Contains(r!["ruleId"]!.GetValue<string>(), rules);
            Assert.Contains(r["level"]!.GetValue<string>(), new[] { "error", "warning", "note" });
            Assert.All(r["locations"]!.AsArray(), l => Assert.True(Uri.IsWellFormedUriString(
                l!["physicalLocation"]!["artifactLocation"]!["uri"]!.GetValue<string>(), UriKind.Relative)));
        });
    }

    [Fact]
    public async Task JUnit_is_well_formed_and_counts()
    {
        var (text, _) = await GetAsync("junit");
        var suite = XDocument.Parse(text).Root!.Element("testsuite")!;
        Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
        Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
        Assert.Equal(1, (int)suite.Attribute("failures")!);
        Assert.Equal("documentation-doc-0", suite.Elements("testcase").Single(c => c.Element("skipped") is not null)
            .Attribute("name")!.Value);
    }

    [Fact]
    public async Task Markdown_shows_names_as_text()
    {
        var (text, _) = await GetAsync("markdown");
        Assert.Contains(
            "| documentation", text.Replace("Documentation", "documentation", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_format_is_refused()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{Guid.NewGuid()}/findings?format=pdf", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("bad-format", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<(string Text, string? Media)> GetAsync(string format)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        await service.EndedAsync(id, Token);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/findings?format={format}", UriKind.Relative), Token);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsStringAsync(Token), answer.Content.Headers.ContentType?.MediaType);
    }
}
