using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Registries;

/// <summary>References through the API, from real registries that skopeo filled.</summary>
public sealed class PullTests(Services services, RegistryStage stage)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite, "gzip", "--format", "v2s2")]
    [InlineData(Engine.Postgres, "gzip", "--format", "v2s2")]
    [InlineData(Engine.Sqlite, "gzip", "--format", "oci")]
    [InlineData(Engine.Sqlite, "zstd", "--format", "oci", "--dest-compress-format", "zstd")]
    public async Task Every_form_of_an_image_is_pulled(Engine engine, string kind, params string[] options)
    {
        var (service, registry) = await StartAsync(engine);
        var form = string.Join('-', options).Replace("--", "", StringComparison.Ordinal);
        var name = $"forms/{form}-{engine}".ToLowerInvariant();
        await RegistryStage.PushAsync(registry, Image(name), name + ":1", options);
        var done = await service.PullAsync($"{registry.Host}/{name}:1");
        Assert.Equal("done", done.Of<string>("state"));
        Assert.Equal("pull", done.Of<string>("source"));
        Assert.Equal(300_003, done.Of<long>("summary.diskBytes"));
        Assert.Equal(100_000, done.Of<long>("summary.wastedBytes"));
        Assert.Equal($"{registry.Host}/{name}:1", done["summary"]!["tags"]![0]!.GetValue<string>());
        var manifest = await ManifestAsync(registry, name, "1");
        Assert.Equal(manifest["layers"]!.AsArray().Sum(l => l!.Of<long>("size")), done.Of<long>("summary.pullBytes"));
        Assert.False(done.Of<bool>("summary.pullEstimated"));
        Assert.Equal(manifest["config"]!.Of<string>("digest"), done.Of<string>("summary.configDigest"));
        Assert.Contains(kind, done["summary"]!["layers"]![0]!.Of<string>("mediaType"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Known_layers_do_not_travel_again(Engine engine)
    {
        var (service, registry) = await StartAsync(engine);
        var image = Image("known-" + engine);
        // An upload of the same image knows the diffIDs, but not these blobs.
        await service.EndedAsync(await service.UploadAsync(image.DockerArchive(), cancellationToken: Token), Token);
        await RegistryStage.PushAsync(registry, image, $"known/{engine.ToString().ToLowerInvariant()}:1");
        var first = await service.PullAsync($"{registry.Host}/known/{engine.ToString().ToLowerInvariant()}:1");
        Assert.Equal(0, first.Of<int>("progress.layersKnown"));
        Assert.Equal(3, first.Of<int>("progress.layersTotal"));
        var manifest = await ManifestAsync(registry, $"known/{engine.ToString().ToLowerInvariant()}", "1");
        Assert.Equal(manifest["layers"]!.AsArray().Sum(l => l!.Of<long>("size")), first.Of<long>("summary.pullBytes"));

        image.WithLayer(l => l.File("new", 7));
        await RegistryStage.PushAsync(registry, image, $"known/{engine.ToString().ToLowerInvariant()}:2");
        var second = await service.PullAsync($"{registry.Host}/known/{engine.ToString().ToLowerInvariant()}:2");
        Assert.Equal("done", second.Of<string>("state"));
        Assert.Equal(3, second.Of<int>("progress.layersKnown"));
        Assert.Equal([true, true, true, false], second["progress"]!["layers"]!.AsArray()
            .Select(l => l!.Of<bool>("known")));
        Assert.Equal(300_010, second.Of<long>("summary.diskBytes"));
        Assert.Equal(100_000, second.Of<long>("summary.wastedBytes"));
    }

    [Fact]
    public async Task A_config_that_claims_a_known_diffID_for_another_blob_is_found_out()
    {
        var (service, registry) = await StartAsync(Engine.Sqlite);
        await RegistryStage.PushAsync(registry, Image("honest"), "claims/honest:1");
        await service.PullAsync($"{registry.Host}/claims/honest:1");
        var honest = await ManifestAsync(registry, "claims/honest", "1");
        // The honest config, whose diffIDs are known now, over a layer that holds something else.
        var evil = ArchiveBuilder.Gzip(new LayerBuilder().File("evil", 5).ToArray());
        await PutBlobAsync(registry, "claims/honest", evil);
        honest["layers"]![0]!["digest"] = ArchiveBuilder.Sha(evil);
        honest["layers"]![0]!["size"] = evil.Length;
        using var client = registry.Client();
        await RegistryIndexes.PutAsync(
            client, "claims/honest", "evil", honest.Of<string>("mediaType"), honest.ToJsonString(), Token);
        var failed = await service.PullAsync($"{registry.Host}/claims/honest:evil");
        Assert.Equal("digest-mismatch", failed.Error());
    }

    [Fact]
    public async Task Platforms_are_shown_with_their_sizes_and_one_or_all_are_analysed()
    {
        var (service, registry) = await StartAsync(Engine.Sqlite);
        var reference = await RegistryIndexes.PushAsync(registry, "multi/app", Token, "amd64", "arm64");
        var (status, _, shown) = await service.AskAsync("/api/images/inspect", new { reference });
        Assert.Equal(200, status);
        Assert.Equal(["linux/amd64", "linux/arm64"], shown["platforms"]!.AsArray()
            .Select(p => p!.Of<string>("platform")));
        Assert.All(shown["platforms"]!.AsArray(),
            p => Assert.True(p!.Of<long>("pullBytes") > 0 && p!.Of<int>("layers") == 1));

        Assert.Equal("linux/arm64", (await service.PullAsync(reference, "linux/arm64")).Of<string>("summary.platform"));
        Assert.Equal("linux/arm64", (await service.PullAsync("docker pull --platform=arm64 " + reference)).Of<string>(
            "summary.platform"));
        var all = await service.PullAsync(reference, "all");
        var sibling = Assert.Single(all["siblings"]!.AsArray())!.GetValue<string>();
        var other = await service.EndedAsync(sibling, Token);
        Assert.Equal(["linux/amd64", "linux/arm64"],
            new[] { all.Of<string>("summary.platform"), other.Of<string>("summary.platform") }.Order());
        Assert.Equal("platform-not-found", (await service.PullAsync(reference, "linux/s390x")).Error());
    }

    [Fact]
    public async Task Every_platform_of_an_index_has_the_base_that_its_own_attestation_names()
    {
        var (service, registry) = await StartAsync(Engine.Sqlite);
        const string repository = "attested/app";
        string[] platforms = ["amd64", "arm64"];
        await RegistryIndexes.PushAsync(registry, repository, Token, platforms);
        using var client = registry.Client();
        const string manifestType = "application/vnd.oci.image.manifest.v1+json", indexType =
            "application/vnd.oci.image.index.v1+json";
        var listed = new JsonArray();
        foreach (var platform in platforms)
        {
            // As BuildKit writes it: the image, and a manifest of the statements about it.
            var image = await RegistryIndexes.ManifestAsync(client, repository, platform, Token);
            var digest = ArchiveBuilder.Sha(image);
            var (statement, config) =
                (Encoding.UTF8.GetBytes(
                    "{\"predicate\":{\"materials\":[{\"uri\":\"pkg:docker/debian@12-" + platform + "\"}]}}"),
                    "{}"u8.ToArray());
            await PutBlobAsync(registry, repository, statement);
            await PutBlobAsync(registry, repository, config);
            var about = new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = manifestType,
                ["config"] = new JsonObject
                {
                    ["mediaType"] = "application/vnd.oci.image.config.v1+json",
                    ["digest"] = ArchiveBuilder.Sha(config),
                    ["size"] = config.Length
                },
                ["layers"] = new JsonArray(new JsonObject
                {
                    ["mediaType"] = "application/vnd.in-toto+json",
                    ["digest"] = ArchiveBuilder.Sha(statement),
                    ["size"] = statement.Length,
                    ["annotations"] =
                        new JsonObject { ["in-toto.io/predicate-type"] = "https://slsa.dev/provenance/v0.2" },
                }),
            }.ToJsonString();
            await RegistryIndexes.PutAsync(client, repository, "about-" + platform, manifestType, about, Token);
            listed.Add((JsonNode)new JsonObject
            {
                ["mediaType"] = manifestType,
                ["digest"] = digest,
                ["size"] = image.Length,
                ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = platform },
            });
            listed.Add((JsonNode)new JsonObject
            {
                ["mediaType"] = manifestType,
                ["digest"] = ArchiveBuilder.Sha(Encoding.UTF8.GetBytes(about)),
                ["size"] = Encoding.UTF8.GetByteCount(about),
                ["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" },
                ["annotations"] = new JsonObject
                {
                    ["vnd.docker.reference.type"] = "attestation-manifest",
                    ["vnd.docker.reference.digest"] = digest
                },
            });
        }

        await RegistryIndexes.PutAsync(
            client, repository, "1", indexType,
            new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = indexType, ["manifests"] = listed }.ToJsonString(),
            Token);
        var first = await service.PullAsync($"{registry.Host}/{repository}:1", "all");
        var other = await service.EndedAsync(Assert.Single(first["siblings"]!.AsArray())!.GetValue<string>(), Token);
        foreach (var done in new[] { first, other })
            Assert.Equal(
                ("provenance", "docker.io/library/debian:12-" + done.Of<string>("summary.platform").Split('/')[1]),
                (done.Of<string>("summary.base.confidence"), done.Of<string>("summary.base.name")));
        Assert.NotEqual(first.Of<string>("summary.platform"), other.Of<string>("summary.platform"));
    }

    [Fact]
    public async Task Attestations_are_counted_and_no_obstacle()
    {
        const string archive = "/tmp/corpus/images/k-secrets-naive.attest.oci.tar";
        var path = Path.Combine(
            Environment.GetEnvironmentVariable("CORPUS") ?? "/tmp/corpus", "images", "k-secrets-naive.attest.oci.tar");
        Assert.SkipUnless(File.Exists(path), $"{archive} is not here.");
        var (service, registry) = await StartAsync(Engine.Sqlite);
        await registry.PushAsync("oci-archive:" + path, "attest/app:1", Token, "--all");
        var (_, _, shown) = await service.AskAsync(
            "/api/images/inspect", new { reference = registry.Host + "/attest/app:1" });
        Assert.True(shown.Of<int>("attestations") > 0, shown.ToJsonString());
        Assert.Equal("done", (await service.PullAsync(registry.Host + "/attest/app:1")).Of<string>("state"));
    }

    [Fact]
    public async Task A_private_image_needs_its_login_and_the_login_is_nowhere_to_be_read()
    {
        var registry = await stage.ClosedAsync();
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: RegistryStage.Settings);
        await RegistryStage.PushAsync(registry, Image("private"), "private/app:1");
        var reference = registry.Host + "/private/app:1";
        Assert.Equal("registry-denied", (await service.PullAsync(reference)).Error());
        var denied = await service.PullAsync(
            reference, credential: new { username = RegistryServer.User, password = RegistryServer.Password + "x" });
        Assert.Equal("registry-denied", denied.Error());
        var done = await service.PullAsync(
            reference, credential: new { username = RegistryServer.User, password = RegistryServer.Password });
        Assert.Equal("done", done.Of<string>("state"));

        // The one of the pull that failed went with it: trying again would only be refused.
        using var retry = await service.PostAsync($"/api/analyses/{denied.Of<string>("id")}/retry", new { });
        Assert.Equal(HttpStatusCode.Conflict, retry.StatusCode);
        Assert.Equal("credential-gone", (await retry.Content.ReadFromJsonAsync<JsonNode>(Token))!.Of<string>("code"));

        // A kept one.
        using (var kept = await service.Client.PutAsJsonAsync(
            new Uri("/api/credentials/mine", UriKind.Relative),
            new { registry = registry.Host, username = RegistryServer.User, password = RegistryServer.Password },
            Token))
            Assert.Equal(HttpStatusCode.NoContent, kept.StatusCode);
        Assert.Equal("done", (await service.PullAsync(reference, credential: new { name = "mine" })).Of<string>(
            "state"));
        Assert.Equal(200,
            (await service.AskAsync(
                "/api/images/inspect", new { reference, credential = new { name = "mine" } })).Status);
        Assert.Equal(
            (400, "credential-of-another-registry"),
            (await service.AskAsync(
                "/api/images/pull", new { reference = "127.0.0.1:1/app", credential = new { name = "mine" } })) is var a
                ? (a.Status, a.Code)
                : default);
        Assert.Equal("credential-not-found",
            (await service.AskAsync("/api/images/pull", new { reference, credential = new { name = "other" } })).Code);

        // And one of a docker config.
        var config = new JsonObject
        {
            ["auths"] = new JsonObject
            {
                [registry.Host] = new JsonObject
                {
                    ["auth"] = Convert.ToBase64String(
                        Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}")),
                },
            },
        };
        Assert.Equal(200, (await PostAsync(service, "/api/credentials/import", config)).Status);
        Assert.Equal("done", (await service.PullAsync(reference, credential: new { name = registry.Host })).Of<string>(
            "state"));

        using var share = await service.PostAsync($"/api/analyses/{done.Of<string>("id")}/shares", new { });
        var shared = await service.Client.GetStringAsync(
            new Uri((await share.Content.ReadFromJsonAsync<JsonNode>(Token))!.Of<string>("url"), UriKind.Relative),
            Token);
        var answers = new StringBuilder(shared).Append(service.Output);
        foreach (var path in new[] { "/api/analyses", $"/api/analyses/{done.Of<string>("id")}",
            $"/api/analyses/{denied.Of<string>("id")}", "/api/credentials", "/", "/openapi/v1.json" })
            answers.Append(await service.Client.GetStringAsync(new Uri(path, UriKind.Relative), Token));
        await service.KillAsync();
        foreach (var secret in Secrets())
        {
            Assert.DoesNotContain(secret, answers.ToString(), StringComparison.Ordinal);
            foreach (var file in Directory.EnumerateFiles(service.DataDirectory, "*", SearchOption.AllDirectories))
                Assert.True(
                    (await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0,
                    $"{file} holds the password.");
        }
    }

    [Fact]
    public async Task A_watched_reference_is_analysed_whenever_its_digest_changes()
    {
        var registry = await stage.OpenAsync();
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: RegistryStage.Settings);
        await RegistryStage.PushAsync(registry, Image("watched"), "watched/app:latest");
        var (status, _, watch) = await service.AskAsync(
            "/api/watches", new { reference = registry.Host + "/watched/app", everyHours = 6 });
        Assert.Equal(201, status);
        var first = Assert.Single(await AnalysesAsync(service, count: 1));
        Assert.Equal("done", (await service.EndedAsync(first, Token)).Of<string>("state"));

        await CheckAsync(service, watch);
        Assert.Single(await AnalysesAsync(service, count: 1));
        await RegistryStage.PushAsync(
            registry, Image("watched").WithLayer(l => l.File("new", 7)), "watched/app:latest");
        await CheckAsync(service, watch);
        var second = (await AnalysesAsync(service, count: 2))[0];
        var done = await service.EndedAsync(second, Token);
        Assert.Equal(300_010, done.Of<long>("summary.diskBytes"));
        Assert.Equal(3, done.Of<int>("progress.layersKnown"));
        Assert.Equal("watch-invalid",
            (await service.AskAsync(
                "/api/watches", new { reference = $"{registry.Host}/a@sha256:{new string('a', 64)}" })).Code);
        Assert.Equal("watch-invalid",
            (await service.AskAsync("/api/watches", new { reference = "a", everyHours = 0 })).Code);
    }

    [Fact]
    public async Task Without_a_setting_nothing_inside_is_reached()
    {
        var registry = await stage.OpenAsync();
        await using var service = await ServiceProcess.StartAsync(services.NewFolder());
        Assert.Equal("address-blocked",
            (await service.AskAsync("/api/images/inspect", new { reference = registry.Host + "/app" })).Code);
        Assert.Equal("address-blocked", (await service.PullAsync(registry.Host + "/app")).Error());
    }

    [Theory]
    [InlineData("{}", "reference-invalid")]
    [InlineData("""{"reference":"Org/App/X"}""", "reference-invalid")]
    [InlineData("""{"reference":"a","platform":"a/b/c/d"}""", "platform-invalid")]
    [InlineData("""{"reference":"a","credential":{}}""", "credential-invalid")]
    [InlineData("""{"reference":"a","credential":{"username":"u"}}""", "credential-invalid")]
    [InlineData("""{"reference":"a","credential":{"name":"n","username":"u","password":"p"}}""", "credential-invalid")]
    [InlineData("""{"reference":"a","credential":{"username":"u:v","password":"p"}}""", "credential-invalid")]
    [InlineData("""{"reference":5}""", "bad-request")]
    [InlineData("nothing", "bad-request")]
    public async Task A_wrong_order_is_refused_where_it_is_given(string body, string code)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await service.Client.PostAsync(
            new Uri("/api/images/pull", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!.Of<string>("code"));
    }

    private async Task<(ServiceProcess Service, RegistryServer Registry)> StartAsync(Engine engine)
    {
        var registry = await stage.OpenAsync();
        return (await stage.ServiceAsync(services, engine), registry);
    }

    /// <summary>300,003 bytes in three layers, 100,000 of them dead.</summary>
    private static ArchiveBuilder Image(string seed) => new ArchiveBuilder()
        .WithLayer(l => l.File("a", 100_000).File(seed + ".txt", 3))
        .WithLayer(l => l.File("b", 100_000, 'b').Directory(seed))
        .WithLayer(l => l.File("a", 100_000, 'c').Directory(seed + "/c"));

    private static IEnumerable<string> Secrets()
    {
        yield return RegistryServer.Password;
        // As it stands in a header, whatever came before it.
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}"));
    }

    private static async Task<JsonNode> ManifestAsync(RegistryServer registry, string repository, string tag)
    {
        using var client = registry.Client();
        return JsonNode.Parse(await RegistryIndexes.ManifestAsync(client, repository, tag, Token))!;
    }

    private static async Task PutBlobAsync(RegistryServer registry, string repository, byte[] blob)
    {
        using var client = registry.Client();
        using var begun = await client.PostAsync(
            new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null, Token);
        var location = begun.Headers.Location!.ToString();
        using var body = new ByteArrayContent(blob);
        using var answer = await client.PutAsync(
            new Uri($"{location}{(location.Contains('?') ? '&' : '?')}digest={ArchiveBuilder.Sha(blob)}"), body, Token);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<(int Status, string Body)> PostAsync(ServiceProcess service, string path, JsonNode body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, Token);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task CheckAsync(ServiceProcess service, JsonNode watch)
    {
        var before = (await service.GetAsync("/api/watches", Token))[0]!.Of<DateTime>("checkedAt");
        using var answer = await service.PostAsync($"/api/watches/{watch.Of<string>("id")}/check", new { });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        for (var i = 0; i < 300
            && (await service.GetAsync("/api/watches", Token))[0]!.Of<DateTime>("checkedAt") == before; i++)
            await Task.Delay(100, Token);
        await Task.Delay(300, Token);
    }

    /// <summary>Of the only watch, newest first, once there are so many.</summary>
    private static async Task<IReadOnlyList<string>> AnalysesAsync(ServiceProcess service, int count)
    {
        for (var i = 0; i < 300; i++)
        {
            var watch = (await service.GetAsync("/api/watches", Token))[0]!;
            Assert.Null(watch["lastError"]);
            var ids = watch["analyses"]!.AsArray().Select(a => a!.GetValue<string>()).ToList();
            if (ids.Count >= count)
                return ids;
            await Task.Delay(100, Token);
        }

        throw new TimeoutException("The watch leads to nothing:\n" + service.Output);
    }
}
