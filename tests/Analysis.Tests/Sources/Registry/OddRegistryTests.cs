using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>Registries that break, stall, lie and limit.</summary>
public sealed class OddRegistryTests : IAsyncLifetime
{
    private static readonly RegistryCredential Login = new("user", "pass-word-of-a-test");

    private readonly OddRegistry registry = new();
    private readonly byte[] layer = new LayerBuilder().File("a", NoiseOf(3_000_000)).File("b", 10).ToArray();

    private string Reference => registry.Host + "/app";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Fact]
    public async Task A_blob_that_breaks_off_is_gone_on_with_where_it_broke()
    {
        var image = registry.Add("latest", layer);
        var cut = 0;
        registry.Answer(r => IsLayer(r, image) && cut++ == 0
            ? new OddAnswer(200, image.LayerBlobs[0]) { CutAt = 1_000_000 }
            : null);
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference)).Tree.Ledger.VisibleBytes);
        Assert.Equal([null, "bytes=1000000-"], registry.Requests.Where(r => IsLayer(r, image))
            .Select(r => r.Header("range")));
    }

    [Fact]
    public async Task A_registry_without_ranges_starts_again()
    {
        var image = registry.Add("latest", layer);
        var asked = 0;
        registry.Answer(r => IsLayer(r, image)
            ? new OddAnswer(200, image.LayerBlobs[0]) { CutAt = asked++ == 0 ? 1_000_000 : null }
            : null);
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference)).Tree.Ledger.VisibleBytes);
    }

    [Fact]
    public async Task A_range_that_was_not_asked_for_is_refused()
    {
        var image = registry.Add("latest", layer);
        var asked = 0;
        registry.Answer(r => !IsLayer(r, image) ? null
            : asked++ == 0 ? new OddAnswer(200, image.LayerBlobs[0]) { CutAt = 1_000_000 }
            : new OddAnswer(206, image.LayerBlobs[0][500_000..],
                ("Content-Range", $"bytes 500000-{image.LayerBlobs[0].Length - 1}/{image.LayerBlobs[0].Length}")));
        Assert.Equal(ImageErrors.RegistryError, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_blob_that_breaks_off_again_and_again_is_given_up()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => IsLayer(r, image) ? new OddAnswer(200, image.LayerBlobs[0]) { CutAt = 1000 } : null);
        var error = await RegistryCase.FailsAsync(Reference);
        Assert.Equal(ImageErrors.RegistryUnreachable, error.Code);
        Assert.Contains("byte 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_with_other_content_is_refused()
    {
        var image = registry.Add("latest", layer);
        var other = image.LayerBlobs[0].ToArray();
        other[5] ^= 1; // In the gzip header's time, which no check of gzip covers.
        registry.Answer(r => IsLayer(r, image) ? new OddAnswer(200, other) : null);
        Assert.Equal(ImageErrors.DigestMismatch, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_blob_of_another_size_is_refused()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => IsLayer(r, image) ? new OddAnswer(200, [.. image.LayerBlobs[0], 0]) : null);
        Assert.Equal(ImageErrors.ManifestContradictory, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_config_with_other_content_is_refused()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => r.Path.Contains("/blobs/", StringComparison.Ordinal) && !IsLayer(r, image)
            ? OddAnswer.Json("{}")
            : null);
        Assert.Equal(ImageErrors.DigestMismatch, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_manifest_with_other_content_than_its_digest_is_refused()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new OddAnswer(200, [.. image.Manifest, (byte)' '])
            : null);
        Assert.Equal(ImageErrors.DigestMismatch,
            (await RegistryCase.FailsAsync($"{Reference}@{ArchiveBuilder.Sha(image.Manifest)}")).Code);
    }

    [Fact]
    public async Task A_manifest_that_is_too_big_is_refused_before_it_is_read()
    {
        registry.Answer(_ => new OddAnswer(200, new byte[100]) { StatedLength = 5L << 30 });
        Assert.Equal(ImageErrors.LimitExceeded, (await RegistryCase.FailsAsync(Reference)).Code);
        registry.Answer(_ => new OddAnswer(200, new byte[(4 << 20) + 1]));
        Assert.Equal(ImageErrors.LimitExceeded, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_registry_that_drips_is_given_up()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => IsLayer(r, image)
            ? new OddAnswer(200, image.LayerBlobs[0]) { Drip = TimeSpan.FromMilliseconds(20) }
            : null);
        var options = RegistryCase.Options();
        options.StallTimeout = TimeSpan.FromSeconds(1);
        var error = await RegistryCase.FailsAsync(Reference, options: options);
        Assert.Equal(ImageErrors.RegistryUnreachable, error.Code);
        Assert.Contains("bytes a second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_drips_is_given_up()
    {
        registry.Answer(_ => new OddAnswer(200, new byte[100_000]) { Drip = TimeSpan.FromMilliseconds(20) });
        var options = RegistryCase.Options();
        options.AnswerTimeout = TimeSpan.FromSeconds(1);
        Assert.Equal(ImageErrors.RegistryUnreachable,
            (await RegistryCase.FailsAsync(Reference, options: options)).Code);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_wait_that_is_asked_for_is_waited(int status)
    {
        registry.Add("latest", layer);
        var asked = 0;
        registry.Answer(_ => asked++ == 0 ? OddAnswer.Empty(status, ("Retry-After", "1")) : null);
        var watch = Stopwatch.StartNew();
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference)).Tree.Ledger.VisibleBytes);
        // Not a limit on speed: it must not have come sooner.
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(0.9), watch.Elapsed.ToString());
    }

    [Fact]
    public async Task A_date_to_wait_for_is_waited_for()
    {
        registry.Add("latest", layer);
        var asked = 0;
        registry.Answer(_ => asked++ == 0 ? OddAnswer.Empty(429, ("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"))
            : null);
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference)).Tree.Ledger.VisibleBytes);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_said_at_once()
    {
        registry.Answer(_ => OddAnswer.Empty(429, ("Retry-After", "7200")));
        Assert.Equal(ImageErrors.RegistryBusy, (await RegistryCase.FailsAsync(Reference)).Code);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_limit_that_stays_is_said()
    {
        registry.Answer(_ => OddAnswer.Empty(429));
        Assert.Equal(ImageErrors.RegistryBusy, (await RegistryCase.FailsAsync(Reference)).Code);
        Assert.Equal(5, registry.Requests.Count);
    }

    [Fact]
    public async Task A_token_is_fetched_shown_and_fetched_again_when_it_is_refused()
    {
        var image = registry.Add("latest", layer, new LayerBuilder().File("c", 5).ToArray());
        var tokens = 0;
        registry.Answer(r =>
        {
            if (r.Path == "/token")
                return OddAnswer.Json($$"""{"token":"t{{++tokens}}","expires_in":300}""");
            var wanted = IsLayer(r, image) ? "Bearer t2" : "Bearer t1";
            return r.Header("authorization") == wanted || (r.Header("authorization") == "Bearer t2" && tokens == 2)
                ? null
                : OddAnswer.Empty(
                    401, ("WWW-Authenticate",
                        $"Bearer realm=\"http://{registry.Host}/token?x=1\",service=\"s "
                            + "1\",scope=\"repository:app:pull\""));
        });
        Assert.Equal(3_000_015, (await RegistryCase.PullAsync(Reference, Login)).Tree.Ledger.VisibleBytes);
        Assert.Equal(2, tokens);
        var asked = registry.Requests.First(r => r.Path == "/token");
        Assert.Equal("x=1&service=s%201&scope=repository%3Aapp%3Apull", asked.Query);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pass-word-of-a-test")),
            asked.Header("authorization"));
    }

    [Fact]
    public async Task A_token_that_ends_is_fetched_before_it_is_shown_again()
    {
        registry.Add("latest", layer);
        var tokens = 0;
        registry.Answer(r =>
        {
            if (r.Path == "/token")
                return OddAnswer.Json($$"""{"access_token":"t{{++tokens}}","expires_in":1}""");
            if (r.Header("authorization") is null)
                return OddAnswer.Empty(
                    401, ("WWW-Authenticate", $"Bearer realm=\"http://{registry.Host}/token\",service=\"s\""));
            Thread.Sleep(1100);
            return null;
        });
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference)).Tree.Ledger.VisibleBytes);
        Assert.True(tokens >= 2, $"{tokens} tokens");
        Assert.Single(registry.Requests, r => r.Path != "/token" && r.Header("authorization") is null);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("{\"token\":\"a\\r\\nX-Bad: 1\"}")]
    public async Task A_token_that_is_none_is_refused(string answer)
    {
        registry.Answer(r => r.Path == "/token"
            ? OddAnswer.Json(answer)
            : OddAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"http://{registry.Host}/token\"")));
        Assert.Equal(ImageErrors.RegistryError, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task A_token_that_is_too_big_is_refused()
    {
        registry.Answer(r => r.Path == "/token"
            ? new OddAnswer(200, new byte[(1 << 20) + 1])
            : OddAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"http://{registry.Host}/token\"")));
        Assert.Equal(ImageErrors.LimitExceeded, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task Basic_is_answered_and_a_wrong_password_is_said()
    {
        registry.Add("latest", layer);
        var right = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pass-word-of-a-test"));
        registry.Answer(r => r.Header("authorization") == right ? null
            : OddAnswer.Empty(401, ("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Basic realm=x")));
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference, Login)).Tree.Ledger.VisibleBytes);
        Assert.Equal(ImageErrors.RegistryDenied,
            (await RegistryCase.FailsAsync(Reference, new RegistryCredential("user", "wrong"))).Code);
        var anonymous = await RegistryCase.FailsAsync(Reference);
        Assert.Equal(ImageErrors.RegistryDenied, anonymous.Code);
        Assert.Contains("without a login", anonymous.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_token_is_exchanged()
    {
        registry.Add("latest", layer);
        registry.Answer(r => r.Path == "/token"
            ? r.Method == "POST"
                && r.Header("authorization") is null ? OddAnswer.Json("""{"access_token":"t"}""") : OddAnswer.Empty(400)
            : r.Header("authorization") == "Bearer t" ? null
                : OddAnswer.Empty(401,
                    ("WWW-Authenticate", $"Bearer realm=\"http://{registry.Host}/token\",service=\"s\"")));
        Assert.Equal(3_000_010,
            (await RegistryCase.PullAsync(
                Reference, RegistryCredential.OfIdentityToken("refresh"))).Tree.Ledger.VisibleBytes);
    }

    [Fact]
    public async Task A_credential_is_not_shown_to_a_stranger()
    {
        await using var stranger = new OddRegistry();
        var realm = $"http://localhost:{stranger.Host.Split(':')[1]}/token";
        registry.Answer(_ => OddAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"{realm}\"")));
        var options = RegistryCase.Options("127.0.0.0/8", "::1");
        Assert.Equal(ImageErrors.RegistryDenied, (await RegistryCase.FailsAsync(Reference, Login, options)).Code);
        Assert.Empty(stranger.Requests);
        // Unless it is listed.
        options.TokenHosts = new HostList(["localhost"]);
        await RegistryCase.FailsAsync(Reference, Login, options);
        Assert.NotEmpty(stranger.Requests);
    }

    [Fact]
    public async Task A_login_is_not_taken_along_to_another_host()
    {
        await using var store = new OddRegistry();
        var image = registry.Add("latest", layer);
        store.Answer(_ => new OddAnswer(200, image.LayerBlobs[0]));
        registry.Answer(r =>
            r.Header("authorization") is null ? OddAnswer.Empty(401, ("WWW-Authenticate", "Basic realm=x"))
            : IsLayer(r, image)
                ? OddAnswer.Empty(307,
                    ("Location", $"http://localhost:{store.Host.Split(':')[1]}/b%2Fc/%7Ex?sig=a%2Fb%3d"))
            : null);
        Assert.Equal(3_000_010,
            (await RegistryCase.PullAsync(
                Reference, Login, RegistryCase.Options("127.0.0.0/8", "::1"))).Tree.Ledger.VisibleBytes);
        var request = Assert.Single(store.Requests);
        Assert.Null(request.Header("authorization"));
        Assert.Equal("/b%2Fc/%7Ex?sig=a%2Fb%3d", request.Target);
    }

    [Theory]
    [InlineData("/v2/app/manifests/latest", "redirects more than 10 times")]
    [InlineData("https://", "cannot be read")]
    [InlineData("ftp://example.com/", "cannot be read")]
    [InlineData("http://user:pw@127.0.0.1/", "cannot be read")]
    [InlineData("http://example.com/", "plain http")]
    [InlineData("", "cannot be read")]
    public async Task Redirects_that_lead_nowhere(string location, string part)
    {
        registry.Answer(_ => OddAnswer.Empty(302, ("Location", location)));
        var error = await RegistryCase.FailsAsync(Reference);
        Assert.Equal(ImageErrors.RegistryError, error.Code);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.True(registry.Requests.Count <= 11);
    }

    [Fact]
    public async Task The_answer_of_a_broken_registry_is_not_shown()
    {
        registry.Answer(_ => new OddAnswer(418, "internal secret"u8.ToArray()));
        var error = await RegistryCase.FailsAsync(Reference);
        Assert.Contains("418", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        Assert.Equal(ImageErrors.ReferenceNotFound, (await RegistryCase.FailsAsync(Reference)).Code);
        var image = registry.Add("latest", layer);
        registry.Blobs.Remove(image.LayerDigests[0]);
        Assert.Equal(ImageErrors.BlobMissing, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task Nobody_at_home()
    {
        await registry.DisposeAsync();
        var error = await RegistryCase.FailsAsync(Reference);
        Assert.Equal(ImageErrors.RegistryUnreachable, error.Code);
    }

    [Fact]
    public async Task Plain_http_is_never_tried_unasked()
    {
        registry.Add("latest", layer);
        var options = RegistryCase.Options();
        options.Insecure = new HostList([]);
        Assert.Equal(ImageErrors.RegistryUnreachable,
            (await RegistryCase.FailsAsync(Reference, options: options)).Code);
        // What came was a TLS greeting.
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""",
        "application/vnd.oci.image.index.v1+json", ImageErrors.ManifestContradictory)]
    [InlineData("""{"schemaVersion":2,"layers":[],"config":{}}""", "application/vnd.oci.image.index.v1+json",
        ImageErrors.ManifestContradictory)]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "application/vnd.docker.distribution.manifest.v1+prettyjws",
        ImageErrors.Unsupported)]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"},"layers":[]}""",
        "application/vnd.oci.image.manifest.v1+json", ImageErrors.NotAnImage)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", "application/vnd.oci.image.index.v1+json",
        ImageErrors.NotAnImage)]
    [InlineData("not json", "application/vnd.oci.image.manifest.v1+json", ImageErrors.ManifestInvalid)]
    public async Task What_is_no_image_is_named(string manifest, string type, string code)
    {
        registry.AddManifest("latest", Encoding.UTF8.GetBytes(manifest), type);
        Assert.Equal(code, (await RegistryCase.FailsAsync(Reference)).Code);
    }

    [Fact]
    public async Task An_index_shows_its_platforms_and_names_what_is_none()
    {
        var arm = registry.Add("arm", layer);
        var windows = registry.Add("win", new LayerBuilder().File("w", 7).ToArray());
        registry.AddManifest("latest", Index(
            (arm.Manifest, "linux", "riscv64", null), (windows.Manifest, "windows", "amd64", null),
            (arm.Manifest, "unknown", "unknown", "attestation-manifest")),
            "application/vnd.oci.image.index.v1+json");
        using var http = new RegistryHttp(RegistryCase.Options(), TimeProvider.System);
        using var source = await RegistryCase.OpenAsync(http, Reference);
        Assert.Equal(["linux/riscv64", "windows/amd64"], source.Candidates.Select(c => c.Platform!.ToString()));
        Assert.Equal(1, source.Attestations);
        Assert.Equal(arm.LayerBlobs[0].Length,
            (await source.SizeAsync(source.Candidates[0], TestContext.Current.CancellationToken)).PullBytes);
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/blobs/", StringComparison.Ordinal));
        var error = await RegistryCase.FailsAsync(Reference);
        Assert.Equal(ImageErrors.PlatformNotFound, error.Code);
        Assert.Contains("linux/riscv64, windows/amd64", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, (await RegistryCase.PullAsync(Reference, platform: "windows/amd64")).Tree.Ledger.VisibleBytes);
        Assert.Equal(ImageErrors.PlatformNotFound,
            (await RegistryCase.FailsAsync(Reference, platform: "linux/s390x")).Code);
    }

    [Fact]
    public async Task A_mirror_is_asked_first_without_the_login_and_what_it_lacks_is_not_missed()
    {
        registry.Add("latest", layer);
        await using var mirror = new OddRegistry();
        mirror.Add("old", new LayerBuilder().File("m", 4).ToArray());
        var options = RegistryCase.Options();
        options.Mirrors = new Dictionary<string, string> { [registry.Host] = mirror.Host };
        Assert.Equal(4, (await RegistryCase.PullAsync(Reference + ":old", Login, options)).Tree.Ledger.VisibleBytes);
        Assert.Equal(3_000_010, (await RegistryCase.PullAsync(Reference, Login, options)).Tree.Ledger.VisibleBytes);
        Assert.All(mirror.Requests, r => Assert.Null(r.Header("authorization")));
    }

    [Fact]
    public async Task No_compression_is_asked_for()
    {
        registry.Add("latest", layer);
        await RegistryCase.PullAsync(Reference);
        Assert.All(registry.Requests, r => Assert.Equal("identity", r.Header("accept-encoding")));
    }

    [Fact]
    public async Task A_pull_that_is_cancelled_ends()
    {
        var image = registry.Add("latest", layer);
        registry.Answer(r => IsLayer(r, image)
            ? new OddAnswer(200, image.LayerBlobs[0]) { Drip = TimeSpan.FromMilliseconds(5) }
            : null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new RegistryHttp(RegistryCase.Options(), TimeProvider.System);
        using var source = await RegistryCase.OpenAsync(http, Reference);
        var read = await source.ReadAsync(source.Choose(null), stop.Token);
        var running = new ImageAnalyzer(new AnalysisOptions()).AnalyzeAsync(source, read, null, stop.Token);
        stop.CancelAfter(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    private static byte[] NoiseOf(int bytes)
    {
        var noise = new byte[bytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static bool IsLayer(OddRequest request, OddImage image) =>
        Array.Exists(image.LayerDigests, d => request.Path.EndsWith(d, StringComparison.Ordinal));

    private static byte[] Index(
        params (byte[] Manifest, string Os, string Architecture, string? Statement)[] entries) =>
        Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray([.. entries.Select(e =>
        {
            var descriptor = OddRegistry.Descriptor(e.Manifest, "application/vnd.oci.image.manifest.v1+json");
            descriptor["platform"] = new JsonObject { ["os"] = e.Os, ["architecture"] = e.Architecture };
            if (e.Statement is not null)
                descriptor["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = e.Statement };
            return (JsonNode)descriptor;
        })]),
        }.ToJsonString());
}
