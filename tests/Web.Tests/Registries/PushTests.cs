using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Registries;

/// <summary>
/// The push category of the OCI distribution specification v1.1.1, by its endpoints
/// (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push), and the programs that speak it.
/// </summary>
public sealed class PushTests(Services services)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private static readonly byte[] Blob = Encoding.UTF8.GetBytes(new string('x', 1000));

    [Fact]
    public async Task The_base_says_that_the_protocol_is_spoken() => // end-1
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(await ServiceAsync(), HttpMethod.Get, "/v2/")).Status);

    [Fact]
    public async Task Post_then_put() // end-4a, end-6: "Pushing a blob monolithically", POST then PUT
    {
        var service = await ServiceAsync();
        var begun = await SendAsync(service, HttpMethod.Post, "/v2/spec/a/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        var made = await SendAsync(
            service, HttpMethod.Put, $"{begun.Location}?digest={ArchiveBuilder.Sha(Blob)}", Blob);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal($"/v2/spec/a/blobs/{ArchiveBuilder.Sha(Blob)}", made.Location);
        await AssertHeldAsync(service, "spec/a", Blob);
    }

    [Fact]
    public async Task A_single_post() // end-4b
    {
        var service = await ServiceAsync();
        var blob = "a single post"u8.ToArray();
        Assert.Equal(HttpStatusCode.Created,
            (await SendAsync(
                service, HttpMethod.Post, $"/v2/spec/b/blobs/uploads/?digest={ArchiveBuilder.Sha(blob)}",
                blob)).Status);
        await AssertHeldAsync(service, "spec/b", blob);
    }

    [Fact]
    public async Task Chunks() // end-5, end-6, end-13: "Pushing a blob in chunks"
    {
        var service = await ServiceAsync();
        var blob = Encoding.UTF8.GetBytes(new string('c', 2500));
        var upload = (await SendAsync(service, HttpMethod.Post, "/v2/spec/c/blobs/uploads/")).Location!;
        var first = await SendAsync(service, HttpMethod.Patch, upload, blob[..1000], range: "0-999");
        Assert.Equal((HttpStatusCode.Accepted, "0-999"), (first.Status, first.Range));
        // "If a chunk is uploaded out of order, the registry MUST respond with a 416."
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable,
            (await SendAsync(service, HttpMethod.Patch, upload, blob[2000..], range: "2000-2499")).Status);
        var status = await SendAsync(service, HttpMethod.Get, upload);
        Assert.Equal((HttpStatusCode.NoContent, "0-999", upload), (status.Status, status.Range, status.Location));
        Assert.Equal("0-1999",
            (await SendAsync(service, HttpMethod.Patch, upload, blob[1000..2000], range: "1000-1999")).Range);
        Assert.Equal(HttpStatusCode.Created,
            (await SendAsync(
                service, HttpMethod.Put, $"{upload}?digest={ArchiveBuilder.Sha(blob)}", blob[2000..],
                range: "2000-2499")).Status);
        await AssertHeldAsync(service, "spec/c", blob);
    }

    [Fact]
    public async Task Chunks_over_a_restart()
    {
        var folder = services.NewFolder();
        var blob = Encoding.UTF8.GetBytes(new string('r', 3000));
        string upload;
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            upload = (await SendAsync(service, HttpMethod.Post, "/v2/spec/r/blobs/uploads/")).Location!;
            await SendAsync(service, HttpMethod.Patch, upload, blob[..2000]);
        }

        await using var again = await ServiceProcess.StartAsync(folder);
        Assert.Equal(HttpStatusCode.Created,
            (await SendAsync(
                again, HttpMethod.Put, $"{upload}?digest={ArchiveBuilder.Sha(blob)}", blob[2000..])).Status);
        await AssertHeldAsync(again, "spec/r", blob);
    }

    [Fact]
    public async Task A_mount() // end-11
    {
        var service = await ServiceAsync();
        var blob = "to be mounted"u8.ToArray();
        await PutBlobAsync(service, "spec/from", blob);
        var mounted = await SendAsync(
            service, HttpMethod.Post, $"/v2/spec/to/blobs/uploads/?mount={ArchiveBuilder.Sha(blob)}&from=spec/from");
        Assert.Equal((HttpStatusCode.Created, $"/v2/spec/to/blobs/{ArchiveBuilder.Sha(blob)}"),
            (mounted.Status, mounted.Location));
        var unknown = await SendAsync(
            service, HttpMethod.Post, $"/v2/spec/to/blobs/uploads/?mount=sha256:{new string('0', 64)}&from=spec/from");
        Assert.Equal(HttpStatusCode.Accepted, unknown.Status);
    }

    [Theory]
    [InlineData("PUT", "UPLOAD?digest=sha256:0000000000000000000000000000000000000000000000000000000000000000", 400,
        "DIGEST_INVALID")]
    [InlineData("PUT", "UPLOAD?digest=md5:00", 400, "DIGEST_INVALID")]
    [InlineData("PUT", "UPLOAD", 400, "DIGEST_INVALID")]
    [InlineData("PATCH", "/v2/spec/e/blobs/uploads/00000000000000000000000000000000", 404, "BLOB_UPLOAD_UNKNOWN")]
    [InlineData("GET", "/v2/spec/e/blobs/uploads/00000000000000000000000000000000", 404, "BLOB_UPLOAD_UNKNOWN")]
    [InlineData("GET", "/v2/spec/e/blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000", 404,
        "BLOB_UNKNOWN")]
    [InlineData("GET", "/v2/spec/e/blobs/sha256:12", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/spec/e/manifests/none", 404, "MANIFEST_UNKNOWN")]
    [InlineData("POST", "/v2/Spec/blobs/uploads/", 404, "NAME_INVALID")]
    [InlineData("POST", "/v2/a/../../etc/blobs/uploads/", 404, null)]
    [InlineData("POST", "/v2/spec%2f..%2fe/blobs/uploads/", 404, "NAME_INVALID")]
    [InlineData("PUT", "/v2/spec/e/blobs/uploads/..%2f..%2fx", 404, "NAME_INVALID")]
    [InlineData("PUT", "/v2/spec/e/manifests/-bad-", 400, "TAG_INVALID")]
    [InlineData("PUT", "/v2/spec/e/manifests/sha256:0000000000000000000000000000000000000000000000000000000000000000",
        400, "DIGEST_INVALID")]
    [InlineData("DELETE", "/v2/spec/e/manifests/none", 405, "UNSUPPORTED")]
    [InlineData("GET", "/v2/spec/e/tags/list", 404, "NAME_INVALID")]
    public async Task Errors_have_the_codes_of_the_specification(string method, string path, int status, string? code)
    {
        var service = await ServiceAsync();
        if (path.StartsWith("UPLOAD", StringComparison.Ordinal))
            path = (await SendAsync(service, HttpMethod.Post, "/v2/spec/e/blobs/uploads/")).Location
                + path["UPLOAD".Length..];
        var answer = await SendAsync(
            service, new HttpMethod(method), path, method is "PUT" or "PATCH" ? "x"u8.ToArray() : null);
        Assert.Equal(status, (int)answer.Status);
        if (code is not null)
            Assert.Equal(code, JsonNode.Parse(answer.Body)!["errors"]![0]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_upload_that_is_given_up_is_gone()
    {
        var service = await ServiceAsync();
        var upload = (await SendAsync(service, HttpMethod.Post, "/v2/spec/d/blobs/uploads/")).Location!;
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(service, HttpMethod.Delete, upload)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(service, HttpMethod.Get, upload)).Status);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_manifest_queues_the_analysis_and_says_which(Engine engine) // end-7
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), await services.DatabaseAsync(engine));
        var (manifest, layer) = await PutImageAsync(service, "app/web", 'x');
        Assert.Equal("MANIFEST_BLOB_UNKNOWN", Code(
            await PutManifestAsync(
                service, "app/web", "bad",
                manifest.Replace(
                    ArchiveBuilder.Sha(layer), "sha256:" + new string('1', 64), StringComparison.Ordinal))));
        Assert.Equal("MANIFEST_INVALID", Code(await PutManifestAsync(service, "app/web", "bad", "{}")));
        Assert.Equal("MANIFEST_INVALID", Code(await PutManifestAsync(service, "app/web", "bad", "not json")));
        var taken = await PutManifestAsync(service, "app/web", "1.2", manifest);
        Assert.Equal(HttpStatusCode.Created, taken.Status);
        var digest = ArchiveBuilder.Sha(Encoding.UTF8.GetBytes(manifest));
        Assert.Equal((digest, $"/v2/app/web/manifests/{digest}"), (taken.Digest, taken.Location));
        var done = await service.EndedAsync(taken.Analysis!["/api/analyses/".Length..], Token);
        Assert.Equal("done", done.Of<string>("state"));
        Assert.Equal(("push", "app/web:1.2", 50_000L),
            (done.Of<string>("source"), done.Of<string>("name"), done.Of<long>("summary.diskBytes")));
        Assert.Equal(layer.Length, done.Of<long>("summary.pullBytes"));
        // end-3: what was pushed can be read back, by tag and by digest.
        foreach (var reference in new[] { "1.2", digest })
        {
            var read = await SendAsync(service, HttpMethod.Get, $"/v2/app/web/manifests/{reference}");
            Assert.Equal((HttpStatusCode.OK, manifest, digest), (read.Status, read.Body, read.Digest));
            Assert.Equal(HttpStatusCode.OK,
                (await SendAsync(service, HttpMethod.Head, $"/v2/app/web/manifests/{reference}")).Status);
        }

        // By digest alone nothing is queued: so the parts of an index arrive.
        Assert.Null((await PutManifestAsync(service, "app/web", digest, manifest)).Analysis);
    }

    [Fact]
    public async Task An_index_is_analysed_platform_by_platform()
    {
        await using var service = await ServiceProcess.StartAsync(services.NewFolder());
        var manifests = new JsonArray();
        foreach (var (architecture, fill) in new[] { ("amd64", 'a'), ("arm64", 'b') })
        {
            var (manifest, _) = await PutImageAsync(service, "multi", fill, architecture);
            var bytes = Encoding.UTF8.GetBytes(manifest);
            await PutManifestAsync(service, "multi", ArchiveBuilder.Sha(bytes), manifest);
            manifests.Add((JsonNode)new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["digest"] = ArchiveBuilder.Sha(bytes),
                ["size"] = bytes.Length,
                ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture },
            });
        }

        var taken = await PutManifestAsync(
            service, "multi", "1", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests }.ToJsonString(),
            "application/vnd.oci.image.index.v1+json");
        var done = await service.EndedAsync(taken.Analysis!["/api/analyses/".Length..], Token);
        var sibling = await service.EndedAsync(Assert.Single(done["siblings"]!.AsArray())!.GetValue<string>(), Token);
        Assert.Equal(["linux/amd64", "linux/arm64"],
            new[] { done.Of<string>("summary.platform"), sibling.Of<string>("summary.platform") }.Order());
    }

    [Fact]
    public async Task A_blob_that_was_dropped_need_not_be_sent_again_but_cannot_be_read()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__Spool__KeepHours", "0"));
        var (manifest, layer) = await PutImageAsync(service, "drop", 'd');
        var first = await PutManifestAsync(service, "drop", "1", manifest);
        await service.EndedAsync(first.Analysis!["/api/analyses/".Length..], Token);
        // A delete has the spool swept.
        await service.EndedAsync(await service.UploadAsync([1, 2, 3], cancellationToken: Token), Token);
        var other = (await service.GetAsync("/api/analyses", Token))["items"]![0]!.Of<string>("id");
        await SendAsync(service, HttpMethod.Delete, "/api/analyses/" + other);
        for (var i = 0; i < 100
            && Directory.GetFiles(Path.Combine(service.DataDirectory, "spool"), "*.blob").Length > 0; i++)
            await Task.Delay(100, Token);
        var digest = ArchiveBuilder.Sha(layer);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Head, $"/v2/drop/blobs/{digest}")).Status);
        var read = await SendAsync(service, HttpMethod.Get, $"/v2/drop/blobs/{digest}");
        Assert.Equal((HttpStatusCode.NotFound, "BLOB_UNKNOWN"), (read.Status, Code(read)));
        // The config is sent again, the layer is not.
        var config = JsonNode.Parse(manifest)!["config"]!["digest"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.NotFound,
            (await SendAsync(service, HttpMethod.Head, $"/v2/drop/blobs/{config}")).Status);
        await PutBlobAsync(service, "drop", ConfigOf('d', "amd64"));
        var again = await PutManifestAsync(service, "drop", "2", manifest);
        var done = await service.EndedAsync(again.Analysis!["/api/analyses/".Length..], Token);
        Assert.Equal(("done", 1), (done.Of<string>("state"), done.Of<int>("progress.layersKnown")));
    }

    [Fact]
    public async Task With_a_token_it_is_the_password()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AccessToken", "a-token-of-the-tests"));
        var refused = await SendAsync(service, HttpMethod.Get, "/v2/");
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHORIZED"), (refused.Status, Code(refused)));
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await SendAsync(service, HttpMethod.Post, "/v2/a/blobs/uploads/")).Status);
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String("any:a-token-of-the-tests"u8));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Get, "/v2/")).Status);
    }

    [Theory]
    [InlineData("skopeo",
        "skopeo --insecure-policy copy -q --dest-tls-verify=false docker-archive:IN docker://HOST/tools/skopeo:1")]
    [InlineData("skopeo",
        "skopeo --insecure-policy copy -q --format oci --dest-compress-format zstd --dest-tls-verify=false "
            + "docker-archive:IN docker://HOST/tools/zstd:1")]
    [InlineData("buildah",
        "buildah STORE push --signature-policy DIR/policy.json -q --tls-verify=false $(buildah STORE pull "
            + "--signature-policy DIR/policy.json -q docker-archive:IN) docker://HOST/tools/buildah:1")]
    [InlineData("podman",
        "podman STORE load -q --signature-policy DIR/policy.json -i IN && podman STORE push -q --signature-policy "
            + "DIR/policy.json --tls-verify=false localhost/test/app:1 HOST/tools/podman:1")]
    [InlineData("dockerd", """
        mkdir DIR/d; dockerd --data-root DIR/d/data --exec-root DIR/d/exec -p DIR/d/pid \
              -H unix://DIR/d/sock --storage-driver vfs \
          --iptables=false --ip6tables=false --bridge=none >DIR/d/log 2>&1 & daemon=$!
        trap 'kill $daemon; wait $daemon || true; umount -l DIR/d/exec/netns/* DIR/d/data 2>/dev/null || true' EXIT
        for i in $(seq 150); do
          docker -H unix://DIR/d/sock version >/dev/null 2>&1 && break
          kill -0 $daemon 2>/dev/null || exit 77
          sleep 0.2
        done
        docker -H unix://DIR/d/sock version >/dev/null 2>&1 || exit 77
        docker -H unix://DIR/d/sock load -q -i IN
        docker -H unix://DIR/d/sock tag localhost/test/app:1 HOST/tools/docker:1
        docker -H unix://DIR/d/sock push -q HOST/tools/docker:1
        """)]
    public async Task Programs_push(string program, string command)
    {
        Assert.SkipUnless(
            new[] { "/usr/bin/", "/usr/sbin/" }.Any(f => File.Exists(f + program)),
            program + " is not installed; scripts/test.sh installs it.");
        var service = await ServiceAsync();
        var folder = Directory.CreateTempSubdirectory("insight-push-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""",
                Token);
            var image = new ArchiveBuilder { Tag = "localhost/test/app:1" }
                .WithLayer(l => l.Directory("d").File("d/a", 70_000).Whiteout("d/gone"))
                .WithLayer(l => l.File("d/a", 50, 'n'));
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "in.tar"), image.DockerArchive(), Token);
            var script = command.Replace(
                "STORE", $"--storage-driver vfs --root {folder.FullName}/store --runroot {folder.FullName}/run",
                StringComparison.Ordinal)
                .Replace("DIR", folder.FullName, StringComparison.Ordinal)
                .Replace("IN", folder.FullName + "/in.tar", StringComparison.Ordinal)
                .Replace("HOST", service.Address.Authority, StringComparison.Ordinal);
            try
            {
                await RegistryServer.RunAsync("bash", ["-ec", script], Token);
            }
            catch (InvalidOperationException e) when (e.Message.Contains("ended with 77", StringComparison.Ordinal))
            {
                Assert.Skip(program + " does not start here.");
            }

            var name = command[(command.LastIndexOf("/tools/", StringComparison.Ordinal) + 1)..].Trim();
            var found = (await service.GetAsync(
                "/api/analyses?name=" + Uri.EscapeDataString(name), Token))["items"]![0]!;
            var done = await service.EndedAsync(found.Of<string>("id"), Token);
            Assert.Equal(("done", 70_050L, 70_000L),
                (done.Of<string>("state"), done.Of<long>("summary.diskBytes"), done.Of<long>("summary.wastedBytes")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<ServiceProcess> ServiceAsync() => services.OfAsync(Engine.Sqlite);

    private static byte[] TarOf(char fill) => new LayerBuilder().File("a", 50_000, fill).ToArray();

    private static byte[] ConfigOf(char fill, string architecture) =>
        new ArchiveBuilder { Architecture = architecture }.WithRawLayer(TarOf(fill)).ConfigJson();

    /// <summary>Its blobs; the manifest is answered and not yet sent.</summary>
    private static async Task<(string Manifest, byte[] Layer)> PutImageAsync(
        ServiceProcess service, string repository, char fill, string architecture = "amd64")
    {
        var layer = ArchiveBuilder.Gzip(TarOf(fill));
        var config = ConfigOf(fill, architecture);
        await PutBlobAsync(service, repository, layer);
        await PutBlobAsync(service, repository, config);
        return (new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor(config, "application/vnd.oci.image.config.v1+json"),
            ["layers"] = new JsonArray(Descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip")),
        }.ToJsonString(), layer);
    }

    private static JsonObject Descriptor(byte[] bytes, string type) =>
        new() { ["mediaType"] = type, ["digest"] = ArchiveBuilder.Sha(bytes), ["size"] = bytes.Length };

    private static async Task PutBlobAsync(ServiceProcess service, string repository, byte[] blob) => Assert.Equal(
        HttpStatusCode.Created,
        (await SendAsync(
            service, HttpMethod.Post, $"/v2/{repository}/blobs/uploads/?digest={ArchiveBuilder.Sha(blob)}",
            blob)).Status);

    private static Task<Answer> PutManifestAsync(
        ServiceProcess service, string repository, string reference, string manifest,
        string type = "application/vnd.oci.image.manifest.v1+json") =>
        SendAsync(service, HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", Encoding.UTF8.GetBytes(
            manifest), type: type);

    private static async Task AssertHeldAsync(ServiceProcess service, string repository, byte[] blob)
    {
        var path = $"/v2/{repository}/blobs/{ArchiveBuilder.Sha(blob)}";
        var head = await SendAsync(service, HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, ArchiveBuilder.Sha(blob), (long?)blob.Length),
            (head.Status, head.Digest, head.Length));
        Assert.Equal(Encoding.UTF8.GetString(blob), (await SendAsync(service, HttpMethod.Get, path)).Body);
    }

    private static string? Code(Answer answer) =>
        JsonNode.Parse(answer.Body)!["errors"]?[0]?["code"]?.GetValue<string>();

    private static async Task<Answer> SendAsync(
        ServiceProcess service, HttpMethod method, string path, byte[]? body = null, string? range = null,
        string? type = null)
    {
        using var request = new HttpRequestMessage(
            method, new Uri(
                service.Address.GetLeftPart(UriPartial.Authority) + path,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type ?? "application/octet-stream");
            if (range is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
        }

        using var answer = await service.Client.SendAsync(request, Token);
        return new Answer(
            answer.StatusCode, answer.Headers.Location?.OriginalString, Header(answer, "Range"),
            Header(answer, "Docker-Content-Digest"), Header(answer, "Insight-Analysis"),
            answer.Content.Headers.ContentLength, await answer.Content.ReadAsStringAsync(Token));
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private sealed record Answer(
        HttpStatusCode Status, string? Location, string? Range, string? Digest, string? Analysis, long? Length,
        string Body);
}
