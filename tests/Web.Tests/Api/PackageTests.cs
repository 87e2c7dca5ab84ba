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
            .File("var/lib/dpkg/status", Text(
                Deb("libc6", "") + Deb("curl", "Depends: libc6\n") + Deb("less", "Depends: libc6\n")))
            .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n")).File("usr/bin/curl", 900)
            .File("usr/share/doc/curl/copyright", Text("Format: x\nLicense: curl\n\nLicense: GPL-2+\n"))
            .File("var/lib/dpkg/info/libc6.list", Text("/usr/lib/libc.so\n")).File("usr/lib/libc.so", 5000)
            .File("var/lib/apt/extended_states", Text("Package: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\n")))
        .WithLayer(l => l
            .File("srv/package.json", Text("""{"dependencies":{"a":"1"},"devDependencies":{"t":"1"}}"""))
            .File("srv/node_modules/a/package.json", Text(
                """{"name":"a","version":"1.0.0","license":"mit","dependencies":{"b":"1"}}"""))
            .File("srv/node_modules/b/package.json", Text(
                """{"name":"b","version":"2.0.0","license":"(LicenseRef-own OR Apache-2.0 with LLVM-exception)"}"""))
            .File("srv/node_modules/b/x.js", 70_000)
            .File("srv/node_modules/t/package.json", Text(
                """{"name":"t","version":"3.0.0","license":"SEE LICENSE IN it"}"""))
            .File("srv/node_modules/t/node_modules/b/package.json", Text("""{"name":"b","version":"2.0.0"}""")),
            "RUN /bin/sh -c npm ci # buildkit");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Deb(string name, string more) =>
        $"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n{more}\n";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task They_are_listed_by_size_with_what_needs_them(Engine engine)
    {
        var (service, id) = await StartAsync(engine);
        var page = await service.GetAsync($"/api/analyses/{id}/packages", Token);
        Assert.Equal(["b", "libc6", "curl", "a", "t", "b", "less"], page["items"]!.AsArray()
            .Select(p => p!.Of<string>("name")));
        Assert.Equal((7, 0), (page.Of<int>("total"), page.Of<int>("omitted")));
        Assert.Null(page["after"]);
        Assert.Equal([("npm", 4), ("deb", 3)], page["ecosystems"]!.AsArray()
            .Select(e => (e!.Of<string>("ecosystem"), e!.Of<int>("packages"))));
        var libc = page["items"]![1]!;
        Assert.Equal(("1.0", "deb", "pkg:deb/debian/libc6@1.0?arch=amd64&distro=debian-12", "/var/lib/dpkg/status", 0,
            5000L, 1, false),
            (libc.Of<string>("version"), libc.Of<string>("ecosystem"), libc.Of<string>("purl"), libc.Of<string>(
                "foundAt"), libc.Of<int>("layer"),
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
    [InlineData("packages?of=mine", "bad-of")]
    [InlineData("sbom?format=csv", "bad-format")]
    [InlineData("sbom?of=1", "bad-of")]
    public async Task A_wrong_question_is_answered_with_a_code(string path, string code)
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/{path}", UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.BadRequest, code),
            (answer.StatusCode,
                (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task CycloneDX_refers_only_to_what_it_lists()
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var (bom, type, file) = await SbomAsync(service, id, "cyclonedx");
        Assert.Equal(("application/vnd.cyclonedx+json", $"sbom-{id}.cdx.json"), (type, file));
        Assert.Equal(("CycloneDX", "1.6", 1),
            (bom.Of<string>("bomFormat"), bom.Of<string>("specVersion"), bom.Of<int>("version")));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", bom.Of<string>(
            "serialNumber"));
        Assert.Equal("container", bom.Of<string>("metadata.component.type"));
        var components = bom["components"]!.AsArray();
        var references = components.Select(c => c!.Of<string>("bom-ref"))
            .Append(bom.Of<string>("metadata.component.bom-ref")).ToHashSet();
        Assert.Equal(8, references.Count);
        Assert.All(components,
            c => Assert.Equal(
                ("library", true, true),
                (c!.Of<string>("type"), c!.Of<string>("name").Length > 0, c!.Of<string>(
                    "purl").StartsWith("pkg:", StringComparison.Ordinal))));
        var needs = bom["dependencies"]!.AsArray().ToDictionary(
            d => d!.Of<string>("ref"), d => d!["dependsOn"]!.AsArray().Select(n => n!.GetValue<string>()).ToList());
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
        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"),
            (document.Of<string>("spdxVersion"), document.Of<string>("dataLicense"), document.Of<string>("SPDXID")));
        Assert.True(Uri.TryCreate(document.Of<string>("documentNamespace"), UriKind.Absolute, out _));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", document.Of<string>("creationInfo.created"));
        var packages = document["packages"]!.AsArray();
        var ids = packages.Select(p => p!.Of<string>("SPDXID")).ToList();
        Assert.Equal(8, ids.Distinct().Count());
        Assert.All(ids, i => Assert.Matches(SpdxId(), i));
        Assert.All(packages, p => Assert.Equal("NOASSERTION", p!.Of<string>("downloadLocation")));
        var known = ids.Append("SPDXRef-DOCUMENT").ToHashSet();
        var relations = document["relationships"]!.AsArray();
        Assert.All(relations, r => Assert.True(
            known.Contains(r!.Of<string>("spdxElementId")) && known.Contains(r!.Of<string>("relatedSpdxElement"))));
        Assert.Equal(7, relations.Count(r => r!.Of<string>("relationshipType") == "CONTAINS"));
        Assert.Equal(3, relations.Count(r => r!.Of<string>("relationshipType") == "DEPENDS_ON"));
        Assert.Single(relations, r => r!.Of<string>("relationshipType") == "DESCRIBES");
    }

    [Fact]
    public async Task Licences_are_shown_as_they_are_stated_and_exported_as_each_form_wants_them()
    {
        var (service, id) = await StartAsync(Engine.Sqlite);
        var stated = (await service.GetAsync($"/api/analyses/{id}/packages?sort=name", Token))["items"]!.AsArray()
            .Select(p => (p!.Of<string>("name"), p!["license"]?.GetValue<string>())).Distinct();
        Assert.Equal(
            [("a", "mit"), ("b", "(LicenseRef-own OR Apache-2.0 with LLVM-exception)"), ("b", null),
                ("curl", "curl; GPL-2+"), ("less", null), ("libc6", null), ("t", "SEE LICENSE IN it")],
            stated);

        var (bom, _, _) = await SbomAsync(service, id, "cyclonedx");
        var inBom = bom["components"]!.AsArray().Where(c => c!["licenses"] is not null)
            .ToDictionary(c => c!.Of<string>("name"), c => c!["licenses"]!.ToJsonString());
        const string declared = "\"acknowledgement\":\"declared\"";
        Assert.Equal("[{\"license\":{\"id\":\"MIT\"," + declared + "}}]", inBom["a"]);
        Assert.Equal("[{\"expression\":\"(LicenseRef-own OR Apache-2.0 WITH LLVM-exception)\"," + declared + "}]",
            inBom["b"]);
        // Two of a list, of which one is on SPDX's.
        Assert.Equal("[{\"license\":{\"id\":\"curl\"," + declared + "}},{\"license\":{\"name\":\"GPL-2\\u002B\","
            + declared + "}}]", inBom["curl"]);
        Assert.Equal("[{\"license\":{\"name\":\"SEE LICENSE IN it\"," + declared + "}}]", inBom["t"]);
        Assert.Equal(4, inBom.Count);

        var (document, _, _) = await SbomAsync(service, id, "spdx");
        var inDocument = document["packages"]!.AsArray().Where(p => p!.Of<string>("licenseDeclared") != "NOASSERTION")
            .ToDictionary(p => p!.Of<string>("name"), p => p!.Of<string>("licenseDeclared"));
        Assert.Equal(("MIT", "(LicenseRef-own OR Apache-2.0 WITH LLVM-exception)"), (inDocument["a"], inDocument["b"]));
        var texts = document["hasExtractedLicensingInfos"]!.AsArray()
            .ToDictionary(t => t!.Of<string>("licenseId"), t => t!.Of<string>("extractedText"));
        Assert.Equal(("curl; GPL-2+", "SEE LICENSE IN it"), (texts[inDocument["curl"]], texts[inDocument["t"]]));
        Assert.Contains("LicenseRef-own", texts.Keys);
        Assert.Equal(3, texts.Count);
        Assert.All(texts.Keys, k => Assert.Matches("^LicenseRef-[a-zA-Z0-9.-]+$", k));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_the_base_brought_and_what_is_yours_is_all(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var parent = new ArchiveBuilder { Tag = $"packages/base-{engine}:1" }.WithLayer(
            l => l.File("var/lib/dpkg/status", Text(Deb("libc6", "") + Deb("less", "Depends: libc6\n")))
                .File("var/lib/dpkg/info/libc6.list", Text("/usr/lib/libc.so\n")).File("usr/lib/libc.so", 5000),
            "ADD rootfs.tar /").WithEmptyHistory("CMD [\"bash\"]");
        await service.EndedAsync(await service.UploadAsync(parent.DockerArchive(), cancellationToken: Token), Token);
        var id = await service.UploadAsync(
            parent.WithLayer(
                l => l.File("var/lib/dpkg/status", Text(
                    Deb("libc6", "") + Deb("less", "Depends: libc6\n") + Deb("curl", "Depends: libc6\n")))
                    .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n")).File("usr/bin/curl", 900)
                    .File("srv/node_modules/a/package.json", Text("""{"name":"a","version":"1"}""")),
                "RUN apt-get install curl # buildkit").DockerArchive(), cancellationToken: Token);
        await service.EndedAsync(id, Token);

        var (all, theirs, yours) = (await ListAsync("all"), await ListAsync("base"), await ListAsync("yours"));
        Assert.Equal(["less", "libc6"], Names(theirs));
        Assert.Equal(["a", "curl"], Names(yours));
        Assert.Equal(["a", "curl", "less", "libc6"], Names(all));
        Assert.Equal((2, 2, 4), (theirs.Of<int>("total"), yours.Of<int>("total"), all.Of<int>("total")));
        foreach (var figure in new[] { "packages", "diskBytes", "pullBytes" })
            foreach (var (ecosystem, sum) in Sums(all, figure))
                Assert.Equal(sum, Sums(theirs, figure).GetValueOrDefault(ecosystem) + Sums(
                    yours, figure).GetValueOrDefault(ecosystem));
        Assert.Equal(["deb"], Sums(theirs, "packages").Keys);
        Assert.Equal((5000, 900), (Sums(theirs, "diskBytes")["deb"], Sums(yours, "diskBytes")["deb"]));
        // What is asked for within a part is told by its other answers as before.
        Assert.Single((await service.GetAsync(
            $"/api/analyses/{id}/packages?of=yours&ecosystem=deb", Token))["items"]!.AsArray());

        var serials = new HashSet<string>();
        foreach (var (of, names, needs) in new[]
        {
            ("base", "less libc6", 1), ("yours", "a curl", 0), ("all", "a curl less libc6", 2)
        })
        {
            var (bom, _, _) = await SbomAsync(service, id, "cyclonedx&of=" + of);
            Assert.Equal(names, string.Join(
                ' ', bom["components"]!.AsArray().Select(c => c!.Of<string>("name")).Order(StringComparer.Ordinal)));
            Assert.Equal(needs, bom["dependencies"]!.AsArray().Skip(1).Sum(d => d!["dependsOn"]!.AsArray().Count));
            Assert.True(serials.Add(bom.Of<string>("serialNumber")));
            Assert.Equal(of != "all", bom["metadata"]!["component"]!["properties"]!.AsArray()
                .Any(p => p!.Of<string>("name") == "imageinsight:part"));
            var (document, _, _) = await SbomAsync(service, id, "spdx&of=" + of);
            Assert.Equal(needs, document["relationships"]!.AsArray()
                .Count(r => r!.Of<string>("relationshipType") == "DEPENDS_ON"));
            Assert.Equal(bom.Of<string>("serialNumber"), document.Of<string>("documentNamespace"));
        }

        async Task<JsonNode> ListAsync(string of) =>
            await service.GetAsync($"/api/analyses/{id}/packages?of={of}", Token);
    }

    private static IEnumerable<string> Names(JsonNode page) =>
        page["items"]!.AsArray().Select(p => p!.Of<string>("name")).Order(StringComparer.Ordinal);

    private static Dictionary<string, long> Sums(JsonNode page, string figure) =>
        page["ecosystems"]!.AsArray().ToDictionary(e => e!.Of<string>("ecosystem"), e => e!.Of<long>(figure));

    private async Task<(ServiceProcess Service, string Id)> StartAsync(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
        Assert.Equal("done", (await service.EndedAsync(id, Token)).Of<string>("state"));
        return (service, id);
    }

    private static async Task<(JsonNode Json, string? Type, string? File)> SbomAsync(
        ServiceProcess service, string id, string format)
    {
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/sbom?format={format}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!,
            answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName);
    }

    [GeneratedRegex("^SPDXRef-[a-zA-Z0-9.-]+$")]
    private static partial Regex SpdxId();
}
