using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Web.Tests.Api;

public sealed class UploadTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l.Directory("d").File("d/a", 70_000).File("d/b", 300), "COPY . /d # buildkit")
        .WithLayer(l => l.Whiteout("d/a"), "RUN /bin/sh -c rm /d/a # buildkit");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_body_of_unknown_length_is_taken_and_analysed(Engine engine)
    {
        var service = await services.OfAsync(engine);
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            "/api/images/upload?name=app:1.2")
        { Content = new StreamContent(new MemoryStream(Image.DockerArchive())) };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await service.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var accepted = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        var id = accepted["id"]!.GetValue<string>();
        Assert.Equal($"/api/analyses/{id}", answer.Headers.Location!.ToString());
        Assert.Equal($"/images/{id}", accepted["url"]!.GetValue<string>());

        var done = await service.EndedAsync(id, Token);
        Assert.Equal("done", done["state"]!.GetValue<string>());
        Assert.Equal("app:1.2", done["name"]!.GetValue<string>());
        var summary = done["summary"]!;
        Assert.Equal(70_300, summary["diskBytes"]!.GetValue<long>());
        Assert.Equal(300, summary["visibleBytes"]!.GetValue<long>());
        Assert.Equal(70_000, summary["wastedBytes"]!.GetValue<long>());
        Assert.Equal(70_000, summary["ledger"]!["deleted"]!.GetValue<long>());
        Assert.Equal(1, summary["visibleFiles"]!.GetValue<int>());
        Assert.Equal(Image.ConfigDigest, summary["configDigest"]!.GetValue<string>());
        Assert.Equal("RUN rm /d/a", summary["layers"]![1]!["instruction"]!.GetValue<string>());
        Assert.Equal(3, summary["layers"]![0]!["entries"]!.GetValue<int>());

        var tree = await service.GetAsync($"/api/analyses/{id}/tree?path=/d&depth=1", Token);
        Assert.Equal("/d/b", tree["nodes"]![0]!["path"]!.GetValue<string>());
        var lines = (await service.Client.GetStringAsync(
            new Uri($"/api/analyses/{id}/files", UriKind.Relative), Token)).Split(
                '\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["dir", "file"], lines.Select(l => JsonNode.Parse(l)!["kind"]!.GetValue<string>()).Order());
        Assert.Equal(lines, await FilePagesAsync(service, id));
        var finding = (await service.GetAsync($"/api/analyses/{id}/findings", Token)).AsArray()[0]!;
        Assert.Equal(("deleted-later", 70_000L, 1),
            (finding["ruleId"]!.GetValue<string>(), finding["diskBytes"]!.GetValue<long>(),
                finding["layer"]!.GetValue<int>()));
        Assert.Equal("/d/a", finding["paths"]![0]!.GetValue<string>());
    }

    /// <summary>A line a page, each named by the one before.</summary>
    private static async Task<List<string>> FilePagesAsync(ServiceProcess service, string id)
    {
        var lines = new List<string>();
        for (var next = $"/api/analyses/{id}/files?take=1"; next is not null;)
        {
            using var answer = await service.Client.GetAsync(new Uri(next, UriKind.Relative), Token);
            lines.Add((await answer.Content.ReadAsStringAsync(Token)).TrimEnd('\n'));
            next = answer.Headers.TryGetValues("Link", out var link)
                ? link.Single().Replace(">; rel=\"next\"", "", StringComparison.Ordinal).TrimStart('<')
                : null;
        }

        return lines;
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_upload_without_a_name_is_called_by_its_first_tag(Engine engine)
    {
        var service = await services.OfAsync(engine);
        using var body = new ByteArrayContent(
            new ArchiveBuilder { Tag = "team/tagged:7" }.WithLayer(l => l.File("a", 10)).DockerArchive());
        using var answer = await service.Client.PutAsync(new Uri("/api/images/upload", UriKind.Relative), body, Token);
        var id = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["id"]!.GetValue<string>();
        Assert.EndsWith(
            "team/tagged:7", (await service.EndedAsync(id, Token))["name"]!.GetValue<string>(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_a_file_is_taken()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var form =
            new MultipartFormDataContent { { new ByteArrayContent(Image.DockerArchive()), "file", "my image.tar" } };
        using var answer = await service.Client.PostAsync(new Uri("/api/images/upload", UriKind.Relative), form, Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["id"]!.GetValue<string>();
        Assert.Equal("my image.tar", (await service.EndedAsync(id, Token))["name"]!.GetValue<string>());
        using var empty = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        using var refused = await service.Client.PostAsync(
            new Uri("/api/images/upload", UriKind.Relative), empty, Token);
        await ProblemAsync(refused, HttpStatusCode.BadRequest, "file-missing");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")] // curl --data-binary @image.tar -X PUT, Python's urllib
    [InlineData("application/json")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("multipart/form-data")]
    [InlineData("not a media type")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Whatever_the_content_type_says_the_body_is_the_archive(string? contentType)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var body = new ByteArrayContent(Image.DockerArchive());
        if (contentType is not null)
            body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await service.Client.PutAsync(new Uri("/api/images/upload", UriKind.Relative), body, Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!["id"]!.GetValue<string>();
        Assert.Equal("done", (await service.EndedAsync(id, Token))["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_sender_may_choose_the_id_once(Engine engine)
    {
        var service = await services.OfAsync(engine);
        var id = Guid.NewGuid();
        var path = new Uri($"/api/images/upload?id={id}", UriKind.Relative);
        // At the same time: whoever comes second in the database is refused, too.
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(
                _ => service.Client.PutAsync(path, new ByteArrayContent(Image.DockerArchive()), Token)));
        var taken = Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal($"/api/analyses/{id}", taken.Headers.Location!.ToString());
        foreach (var refused in answers.Where(a => a != taken))
            await ProblemAsync(refused, HttpStatusCode.Conflict, "id-taken");
        Assert.Equal("done", (await service.EndedAsync(id.ToString(), Token))["state"]!.GetValue<string>());
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Image.DockerArchive()), "file", "a.tar" },
        };
        using (var again = await service.Client.PostAsync(path, form, Token))
            await ProblemAsync(again, HttpStatusCode.Conflict, "id-taken");
        var none = new Uri("/api/images/upload?id=mine", UriKind.Relative);
        using (var bad = await service.Client.PutAsync(none, new ByteArrayContent([1]), Token))
            await ProblemAsync(bad, HttpStatusCode.BadRequest, "bad-request");
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory]
    [InlineData("/api/analyses?name=a%00b", "nul-character")]
    [InlineData("/api/analyses?after=a%00b", "nul-character")]
    [InlineData("/api/analyses?%00=a", "nul-character")]
    [InlineData("/api/analyses/%00", null)]
    [InlineData("/api/credentials/a%00b", null)]
    public async Task A_NUL_character_is_refused(string path, string? code)
    {
        var service = await services.OfAsync(Engine.Postgres);
        var method = path.Contains("credentials", StringComparison.Ordinal) ? HttpMethod.Delete : HttpMethod.Get;
        using var request = new HttpRequestMessage(method, new Uri(service.Address, path));
        using var answer = await service.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        if (code is not null)
            await ProblemAsync(answer, HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("POST", "/api/images/pull", """{"reference":"a\u0000b"}""")]
    [InlineData("POST", "/api/images/pull", """{"reference":"a","platform":"linux\u0000/amd64"}""")]
    [InlineData("POST", "/api/watches", """{"reference":"a\u0000b"}""")]
    [InlineData("POST", "/api/watches", """{"reference":"a","credential":"b\u0000"}""")]
    [InlineData("PUT", "/api/credentials/nul", """{"registry":"a\u0000.b","username":"u","password":"p"}""")]
    [InlineData("PUT", "/v2/nul/manifests/1", """{"schemaVersion":2,"mediaType":"a\u0000b"}""")]
    [InlineData("PUT", "/v2/nul/manifests/a%00", "{}")]
    [InlineData("POST", "/v2/nul/blobs/uploads/?digest=a%00", "{}")]
    public async Task A_NUL_character_in_a_body_or_a_push_is_refused(string method, string path, string json)
    {
        var service = await services.OfAsync(Engine.Postgres);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(service.Address, path))
        {
            Content = new StringContent(
                json, System.Text.Encoding.UTF8,
                path.Contains("manifests", StringComparison.Ordinal)
                    ? "application/vnd.oci.image.manifest.v1+json"
                    : "application/json"),
        };
        using var answer = await service.Client.SendAsync(request, Token);
        Assert.InRange((int)answer.StatusCode, 400, 415);
    }

    [Theory]
    [InlineData("/.well-known/security.txt")]
    [InlineData("/.well-known/change-password")]
    [InlineData("/.well-known/")]
    [InlineData("/robots.txt")]
    public async Task What_others_look_for_and_is_not_there_is_not_found(string path)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        await ProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("a%00b.tar")]
    [InlineData("%00")]
    public async Task A_NUL_character_in_the_name_of_a_form_s_file_is_refused(string fileName)
    {
        var service = await services.OfAsync(Engine.Postgres);
        using var file = new ByteArrayContent(Image.DockerArchive());
        file.Headers.TryAddWithoutValidation(
            "Content-Disposition", $"form-data; name=file; filename*=UTF-8''{fileName}");
        using var form = new MultipartFormDataContent { file };
        using var answer = await service.Client.PostAsync(new Uri("/api/images/upload", UriKind.Relative), form, Token);
        await ProblemAsync(answer, HttpStatusCode.BadRequest, "nul-character");
    }

    [Theory]
    [InlineData("{\"findings\": [\"a\",]}", "trailing comma")]
    [InlineData("{\"findings\": 5}", "$.findings")]
    [InlineData("[]", "$")]
    [InlineData("", "body")]
    public async Task A_body_that_cannot_be_read_says_what_is_wrong_with_it(string json, string words)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await service.Client.PostAsync(
            new Uri($"/api/analyses/{Guid.Empty}/simulate", UriKind.Relative), body, Token);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(
            (HttpStatusCode.BadRequest, "bad-request"), (answer.StatusCode, problem["code"]!.GetValue<string>()));
        Assert.Contains(words, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadImages => new()
    {
        { "noise", "not-a-tar" },
        { "no image", "not-an-image" },
        { "truncated", "truncated" },
        { "manifest", "manifest-invalid" },
        { "digest", "digest-mismatch" },
        { "missing layer", "blob-missing" },
    };

    [Theory]
    [MemberData(nameof(BadImages))]
    public async Task A_bad_image_fails_with_its_code_and_hurts_no_other(string what, string code)
    {
        var service = await services.OfAsync(Engine.Postgres);
        var good = await service.UploadAsync(Image.DockerArchive(), "good", Token);
        var bad = await service.UploadAsync(
            what switch
            {
                "noise" => [.. Enumerable.Range(1, 4000).Select(i => (byte)(i * i >> 3))],
                "no image" => new LayerBuilder().File("readme", 10).ToArray(),
                "truncated" => Image.DockerArchive()[..50_000],
                "manifest" => new LayerBuilder().File("manifest.json", "{"u8.ToArray()).ToArray(),
                "digest" => Image.DockerArchive(diffId: _ => "sha256:" + new string('0', 64)),
                _ => Image.DockerArchive(leaveOutLayer: 1),
            },
            "bad",
            Token);
        var failed = await service.EndedAsync(bad, Token);
        Assert.Equal("failed", failed["state"]!.GetValue<string>());
        Assert.Equal(code, failed["error"]!["code"]!.GetValue<string>());
        Assert.DoesNotContain("   at ", failed["error"]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("done", (await service.EndedAsync(good, Token))["state"]!.GetValue<string>());
        using var contents = await service.Client.GetAsync(
            new Uri($"/api/analyses/{bad}/tree", UriKind.Relative), Token);
        await ProblemAsync(contents, HttpStatusCode.Conflict, "not-done");
    }

    [Fact]
    public async Task Several_platforms_become_siblings_and_a_broken_one_a_failed_sibling()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        var own = new ArchiveBuilder { Architecture = Analysis.References.Platform.Own.Architecture }
            .WithLayer(l => l.File("own", 11));
        var other = new ArchiveBuilder { Architecture = "s390x" }.WithLayer(l => l.File("other", 22));
        var archive = ArchiveBuilder.OciLayout(
            ArchiveBuilder.Gzip, "application/vnd.oci.image.layer.v1.tar+gzip", other, own);
        var id = await service.UploadAsync(archive, "multi", Token);
        var first = await service.EndedAsync(id, Token);
        Assert.Equal(11, first["summary"]!["diskBytes"]!.GetValue<long>());
        var sibling = await service.EndedAsync(Assert.Single(first["siblings"]!.AsArray())!.GetValue<string>(), Token);
        Assert.Equal(22, sibling["summary"]!["diskBytes"]!.GetValue<long>());
        Assert.Equal("linux/s390x", sibling["summary"]!["platform"]!.GetValue<string>());
        Assert.Equal(id, Assert.Single(sibling["siblings"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task Too_large_is_refused_before_and_while_it_is_read_and_no_bytes_stay()
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(
            folder, settings: ("Insight__Upload__MaxBytes", "100000"));
        using (var known = await service.Client.PutAsync(
            new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent(new byte[200_000]), Token))
            await ProblemAsync(known, HttpStatusCode.RequestEntityTooLarge, "upload-too-large");
        using var request = new HttpRequestMessage(
            HttpMethod.Put, "/api/images/upload")
        { Content = new StreamContent(new MemoryStream(new byte[200_000])) };
        request.Headers.TransferEncodingChunked = true;
        using (var unknown = await service.Client.SendAsync(request, Token))
            await ProblemAsync(unknown, HttpStatusCode.RequestEntityTooLarge, "upload-too-large");
        using (var empty = await service.Client.PutAsync(
            new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent([]), Token))
            await ProblemAsync(empty, HttpStatusCode.BadRequest, "upload-empty");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "spool")));
        // Only the one that had begun to arrive says so.
        var failed = Assert.Single((await service.GetAsync("/api/analyses", Token))["items"]!.AsArray());
        Assert.Equal("upload-too-large", failed!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_nothing()
    {
        var folder = services.NewFolder();
        var spool = Directory.CreateDirectory(Path.Combine(folder, "spool")).FullName;
        Assert.SkipUnless(
            await TryAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", spool),
            "Mounting a small disk needs root.");
        try
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            using (var answer = await service.Client.PutAsync(
                new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent(new byte[3_000_000]), Token))
                await ProblemAsync(answer, HttpStatusCode.InsufficientStorage, "disk-full");
            Assert.Empty(Directory.GetFiles(spool));
            // A smaller one still fits.
            Assert.Equal("done",
                (await service.EndedAsync(
                    await service.UploadAsync(Image.DockerArchive(), "small", Token),
                    Token))["state"]!.GetValue<string>());
        }
        finally
        {
            await TryAsync("umount", spool);
        }
    }

    [Fact]
    public async Task A_sender_who_goes_away_leaves_no_bytes_and_an_analysis_that_says_so()
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        using (var socket = new System.Net.Sockets.TcpClient(service.Address.Host, service.Address.Port))
        {
            var stream = socket.GetStream();
            await stream.WriteAsync(
                "PUT /api/images/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n"u8.ToArray(),
                Token);
            await stream.WriteAsync(new byte[100_000], Token);
            await UntilAsync(() => Directory.GetFiles(Path.Combine(folder, "spool")).Length == 1);
        }

        await UntilAsync(() => Directory.GetFiles(Path.Combine(folder, "spool")).Length == 0);
        var id = Assert.Single((await service.GetAsync("/api/analyses", Token))["items"]!.AsArray())!["id"]!;
        var failed = await service.EndedAsync(id.GetValue<string>(), Token);
        Assert.Equal("upload-incomplete", failed["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deleting_frees_the_upload_too()
    {
        var folder = services.NewFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var id = await service.UploadAsync(Image.DockerArchive(), "gone", Token);
        await service.EndedAsync(id, Token);
        using (var deleted = await service.Client.DeleteAsync(new Uri($"/api/analyses/{id}", UriKind.Relative), Token))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using (var again = await service.Client.GetAsync(new Uri($"/api/analyses/{id}", UriKind.Relative), Token))
            await ProblemAsync(again, HttpStatusCode.NotFound, "analysis-not-found");
        await UntilAsync(() => Directory.GetFiles(Path.Combine(folder, "spool")).Length == 0);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/analyses/not-a-guid", HttpStatusCode.NotFound, "not-found")]
    [InlineData("POST", "/api/analyses", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("GET", "/api/analyses?state=sleeping", HttpStatusCode.BadRequest, "bad-state")]
    [InlineData("DELETE", "/api/analyses/00000000-0000-0000-0000-000000000001", HttpStatusCode.NotFound,
        "analysis-not-found")]
    [InlineData("POST", "/api/analyses/00000000-0000-0000-0000-000000000001/retry", HttpStatusCode.NotFound,
        "analysis-not-found")]
    [InlineData("DELETE", "/api/shares/00000000-0000-0000-0000-000000000001", HttpStatusCode.NotFound,
        "share-not-found")]
    public async Task Errors_are_problem_details_with_a_code(
        string method, string path, HttpStatusCode status, string code)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await service.Client.SendAsync(request, Token);
        await ProblemAsync(answer, status, code);
    }

    internal static async Task ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        // More than the name of the status.
        Assert.NotEqual(problem["title"]!.GetValue<string>(), problem["detail"]!.GetValue<string>());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 200 && !condition(); i++)
            await Task.Delay(50, Token);
        Assert.True(condition());
    }

    internal static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            program, arguments)
        { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Token);
        return process.ExitCode == 0;
    }
}
