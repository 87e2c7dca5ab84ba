using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Api;

/// <summary>Packages through the API, and as bills of materials.</summary>
public sealed partial class PackageTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Two copies of one module have one purl.
    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l
            .File("etc/os-release", Text("ID=debian\nVERSION_ID=\"12\"\n"))
            .File("var/lib/dpkg/status", Text(Deb("libc6", "") + Deb("curl", "Depends: libc6\n") + Deb("less", "Depends: libc6\n")))
            .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n")).File("usr/bin/curl", 900)
            .File("var/lib/dpkg/info/libc6.list", Text("/usr/lib/libc.so\n")).File("usr/lib/libc.so", 5000)
            .File("var/lib/apt/extended_states", Text("Package: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\n")))
        .WithLayer(l => l
            .File("srv/package.json", Text("""{"dependencies":{"a":"1"},"devDependencies":{"t":"1"}}"""))
            .File("srv/node_modules/a/package.json", Text("""{"name":"a","version":"1.0.0","dependencies":{"b":"1"}}"""))
            .File("srv/node_modules/b/package.json", Text("""{"name":"b","version":"2.0.0"}""")).File("srv/node_modules/b/x.js", 70_000)
            .File("srv/node_modules/t/package.json", Text("""{"name":"t","version":"3.0.0"}"""))
            .File("srv/node_modules/t/node_modules/b/package.json", Text("""{"name":"b","version":"2.0.0"}""")), "RUN /bin/sh -c npm ci # buildkit");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Deb(string name, string more) => $"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n{more}\n";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task They_are_listed_by_size_with_what_needs_them(Engine engine)
    {
        var (service, id) = await StartAsync(engine);
        var page = await service.GetAsync($"/api/analyses/{id}/packages", Token);
        Assert.Equal(["b", "libc6", "curl", "a", "b", "t", "less"], page["items"]!.AsArray().Select(p => p!.Of<string>("name")));
        Assert.Equal((7, 0), (page.Of<int>("total"), page.Of<int>("omitted")));
        Assert.Null(page["after"]);
        Assert.Equal([("npm", 4), ("deb", 3)], page["ecosystems"]!.AsArray().Select(e => (e!.Of<string>("ecosystem"), e!.Of<int>("packages"))));
        var libc = page["items"]![1]!;
        Assert.Equal(("1.0", "deb", "pkg:deb/debian/libc6@1.0?arch=amd64&distro=debian-12", "/var/lib/dpkg/status", 0, 5000L, 1, false),
            (libc.Of<string>("version"), libc.Of<string>("ecosystem"), libc.Of<string>("purl"), libc.Of<string>("foundAt"), libc.Of<int>("layer"),
                libc.Of<long>("diskBytes"), libc.Of<int>("files"), libc.Of<bool>("onPurpose")));
        Assert.Equal(2, libc["requiredBy"]!.AsArray().Count);
        Assert.True(page["items"]!.AsArray().Single(p => p!.Of<string>("name") == "t")!.Of<bool>("development"));
    }

    [Theory]
    [InlineData("?ecosystem=DEB&sort=name", "curl less libc6")]
    [InlineData("?layer=1&name=B", "b b")]
    [InlineData("?sort=name&take=2&after=2", "b curl")]
    [InlineData("?ecosystem=rpm", "")]
    public async Task They_are_picked_and_sorted(string query, string names)
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var page = await service.GetAsync($"/api/analyses/{id}/packages{query}", Token);
        Assert.Equal(names, string.Join(' ', page["items"]!.AsArray().Select(p => p!.Of<string>("name"))));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_lines_hold_all()
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var seen = new List<string>();
        for (var after = ""; ;)
        {
            var page = await service.GetAsync($"/api/analyses/{id}/packages?take=3{after}", Token);
            seen.AddRange(page["items"]!.AsArray().Select(p => p!.Of<string>("purl")));
            if (page["after"] is null)
                break;
            after = "&after=" + page.Of<string>("after");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/analyses/{id}/packages");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await service.Client.SendAsync(request, Token);
        var lines = (await answer.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, seen.Count);
        Assert.Equal(seen, lines.Select(l => JsonNode.Parse(l)!.Of<string>("purl")));
    }

    [Theory]
    [InlineData("packages?sort=age", "bad-sort")]
    [InlineData("packages?take=0", "bad-take")]
    [InlineData("packages?after=-1", "bad-after")]
    [InlineData("sbom?format=csv", "bad-format")]
    public async Task A_wrong_question_is_answered_with_a_code(string path, string code)
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(new Uri($"/api/analyses/{id}/{path}", UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task CycloneDX_refers_only_to_what_it_lists()
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var (bom, type, file) = await SbomAsync(service, id, "cyclonedx");
        Assert.Equal(("application/vnd.cyclonedx+json", $"sbom-{id}.cdx.json"), (type, file));
        Assert.Equal(("CycloneDX", "1.6", 1), (bom.Of<string>("bomFormat"), bom.Of<string>("specVersion"), bom.Of<int>("version")));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", bom.Of<string>("serialNumber"));
        Assert.Equal("container", bom.Of<string>("metadata.component.type"));
        var components = bom["components"]!.AsArray();
        var references = components.Select(c => c!.Of<string>("bom-ref")).Append(bom.Of<string>("metadata.component.bom-ref")).ToHashSet();
        Assert.Equal(8, references.Count);
        Assert.All(components, c => Assert.Equal(("library", true, true), (c!.Of<string>("type"), c!.Of<string>("name").Length > 0, c!.Of<string>("purl").StartsWith("pkg:", StringComparison.Ordinal))));
        var needs = bom["dependencies"]!.AsArray().ToDictionary(d => d!.Of<string>("ref"), d => d!["dependsOn"]!.AsArray().Select(n => n!.GetValue<string>()).ToList());
        Assert.Equal(references, needs.Keys.ToHashSet());
        Assert.All(needs.Values, n => Assert.Subset(references, n.ToHashSet()));
        var byName = components.ToLookup(c => c!.Of<string>("name"), c => c!.Of<string>("bom-ref"));
        Assert.Equal(byName["libc6"], needs[byName["curl"].Single()]);
        Assert.Equal("excluded", components.Single(c => c!.Of<string>("name") == "t")!.Of<string>("scope"));
    }

    [Fact]
    public async Task SPDX_refers_only_to_what_it_lists()
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var (document, type, file) = await SbomAsync(service, id, "spdx");
        Assert.Equal(("application/spdx+json", $"sbom-{id}.spdx.json"), (type, file));
        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"), (document.Of<string>("spdxVersion"), document.Of<string>("dataLicense"), document.Of<string>("SPDXID")));
        Assert.True(Uri.TryCreate(document.Of<string>("documentNamespace"), UriKind.Absolute, out _));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", document.Of<string>("creationInfo.created"));
        var packages = document["packages"]!.AsArray();
        var ids = packages.Select(p => p!.Of<string>("SPDXID")).ToList();
        Assert.Equal(8, ids.Distinct().Count());
        Assert.All(ids, i => Assert.Matches(SpdxId(), i));
        Assert.All(packages, p => Assert.Equal("NOASSERTION", p!.Of<string>("downloadLocation")));
        var known = ids.Append("SPDXRef-DOCUMENT").ToHashSet();
        var relations = document["relationships"]!.AsArray();
        Assert.All(relations, r => Assert.True(known.Contains(r!.Of<string>("spdxElementId")) && known.Contains(r!.Of<string>("relatedSpdxElement"))));
        Assert.Equal(7, relations.Count(r => r!.Of<string>("relationshipType") == "CONTAINS"));
        Assert.Equal(3, relations.Count(r => r!.Of<string>("relationshipType") == "DEPENDS_ON"));
        Assert.Single(relations, r => r!.Of<string>("relationshipType") == "DESCRIBES");
    }

    private async Task<(ServiceProcess Service, string Id)> StartAsync(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        Assert.Equal("done", (await service.EndedAsync(id, Token)).Of<string>("state"));
        return (service, id);
    }

    private static async Task<(JsonNode Json, string? Type, string? File)> SbomAsync(ServiceProcess service, string id, string format)
    {
        using var answer = await service.Client.GetAsync(new Uri($"/api/analyses/{id}/sbom?format={format}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName);
    }

    [GeneratedRegex("^SPDXRef-[a-zA-Z0-9.-]+$")]
    private static partial Regex SpdxId();
}
