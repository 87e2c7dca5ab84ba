using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Api;

/// <summary>
/// Every operation of the document that a running service publishes, called with good and bad input. The client holds
/// each answer against the committed document (<see cref="DeclaredAnswers"/>), in these tests as in all others.
/// </summary>
public sealed class ContractTests(Services services)
{
    private const string Secret = "a-token-of-the-contract";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Archive =>
        new ArchiveBuilder().WithLayer(l => l.File("a", 2000).File("root/.cache/pip/w", 4000, 'w')).DockerArchive();

    /// <summary>By the operation's id. DONE and FAILED are analyses; what is deleted is made for it.</summary>
    private static readonly Dictionary<string, Call[]> Calls = new()
    {
        ["UploadImage"] =
        [
            new(202, "?name=contract") { Body = Archive },
            new(202) { Body = Archive, ContentType = "application/x-www-form-urlencoded" },
            new(400),
            new(400, "?id=none") { Body = Archive },
            new(400, "?id=00000000-0000-0000-0000-000000000000") { Body = Archive },
            new(409, "?id=DONE") { Body = Archive },
        ],
        ["UploadImageForm"] =
        [
            new(202) { Form = "file" },
            new(400) { Form = "other" },
            new(400) { Body = Archive, ContentType = "multipart/form-data; boundary=x" },
            new(409, "?id=DONE") { Form = "file" },
            new(415) { Body = Archive, ContentType = "multipart/form-data" },
        ],
        ["PullImage"] =
        [
            new(202) { Json = """{"reference":"127.0.0.1:1/app"}""" },
            new(400) { Json = """{"reference":"Org/App"}""" },
            new(400) { Json = """{"reference":"a","platform":"a/b/c/d"}""" },
            new(400) { Json = """{"reference":"a","platform":"foo"}""" },
            new(400) { Json = """{"reference":"a","credential":{"name":"nobody"}}""" },
            new(400) { Json = """{"reference":"a","credential":{"name":"a\u0000b"}}""" },
        ],
        ["InspectReference"] =
        [
            new(400) { Json = """{"reference":"Org/App"}""" },
            new(403) { Json = """{"reference":"10.0.0.1/app"}""" },
            new(502) { Json = """{"reference":"127.0.0.1:1/app"}""" },
        ],
        ["ListCredentials"] = [new(200)],
        ["SaveCredential"] =
        [
            new(204) { Json = """{"registry":"registry.example","username":"u","password":"p"}""" },
            new(400) { Json = """{"registry":"registry.example"}""" },
        ],
        ["DeleteCredential"] = [new(204), new(404)],
        ["ImportCredentials"] =
        [
            new(200) { Json = """{"auths":{"registry.example":{"auth":"dTpw"}}}""" },
            new(400) { Json = """{"auths":{"registry.example":{"auth":"!"}}}""" },
        ],
        ["ListWatches"] = [new(200)],
        ["AddWatch"] =
        [
            new(201) { Json = """{"reference":"127.0.0.1:1/watched"}""" },
            new(409) { Json = """{"reference":"127.0.0.1:1/watched"}""" },
            new(400) { Json = """{"reference":"127.0.0.1:1/other","everyHours":9999}""" },
            new(400) { Json = """{"reference":"127.0.0.1:1/watched","everyHours":0}""" },
            new(400) { Json = $$"""{"reference":"a@sha256:{{new string('0', 64)}}"}""" },
        ],
        ["CheckWatch"] = [new(202) { Id = "WATCH" }],
        ["DeleteWatch"] = [new(204) { Id = "WATCH" }],
        ["ListAnalyses"] = [new(200), new(200, "?state=done&name=x"), new(400, "?after=nothing"),
            new(400, "?state=sleeping")],
        ["GetAnalysis"] = [new(200), new(200) { Id = "FAILED" }],
        ["DeleteAnalysis"] = [new(204) { Id = "SPARE" }, new(404) { Id = "SPARE" }],
        ["CancelAnalysis"] = [new(409), new(409) { Id = "FAILED" }],
        ["RetryAnalysis"] = [new(409), new(202) { Id = "FAILED" }],
        ["GetTree"] =
        [
            new(200), new(200, "?path=/root&depth=2&measure=wasted&of=yours"), new(400, "?depth=9"),
            new(400, "?depth=x"),
            new(400, "?measure=none"), new(400, "?of=nobody"), new(404, "?path=/none"), new(409) { Id = "FAILED" },
        ],
        ["ListFiles"] =
        [
            new(200), new(200, "?take=1&after=1"), new(400, "?take=0"), new(400, "?after=x"),
            new(409) { Id = "FAILED" },
        ],
        ["ListFindings"] =
        [
            new(200), new(200, "?format=csv"), new(200, "?format=sarif"), new(200, "?format=markdown"),
            new(200, "?format=junit"),
            new(400, "?format=none"), new(400, "?of=nobody"), new(409) { Id = "FAILED" },
        ],
        ["ListFindingPaths"] =
        [
            new(200), new(200, "?after=1"), new(404) { Finding = "none" }, new(400, "?after=x"),
            new(409) { Id = "FAILED" },
        ],
        ["Simulate"] =
        [
            new(200) { Json = """{"findings":[]}""" }, new(400) { Json = "{}" },
            new(409) { Id = "FAILED", Json = """{"findings":[]}""" },
            new(422) { Json = """{"findings":["none"]}""" },
        ],
        ["Gate"] =
        [
            new(200, "?maxDisk=1GB"), new(200, "?maxDisk=1GB") { Accept = "text/plain" },
            new(200, "?maxDisk=1GB&format=markdown"),
            new(200, "?maxDisk=1GB&format=junit"), new(200, "?maxGrowth=1&baseline=DONE"), new(400),
            new(400, "?maxDisk=much"),
            new(400, "?maxDsk=1"), new(400, "?maxDisk=1&maxDisk=2"), new(400, "?maxDisk=1&format=none"),
            new(404, "?maxGrowth=1&baseline=UNKNOWN"), new(409, "?maxGrowth=1&baseline=FAILED"),
            new(409, "?maxDisk=1") { Id = "FAILED" },
        ],
        ["GetBase"] = [new(200), new(409) { Id = "FAILED" }],
        ["Dockerfile"] =
        [
            new(200), new(200, "?version=proposed") { Accept = "text/plain" }, new(400, "?version=none"),
            new(409) { Id = "FAILED" },
        ],
        ["OptimizedImage"] = [new(200), new(409) { Id = "FAILED" }, new(422, "?findings=none")],
        ["ListPackages"] =
        [
            new(200), new(200) { Accept = "application/x-ndjson" }, new(400, "?sort=none"), new(400, "?take=0"),
            new(400, "?take=x"),
            new(400, "?after=x"), new(400, "?of=nobody"), new(409) { Id = "FAILED" },
        ],
        ["GetSbom"] =
        [
            new(200), new(200, "?format=spdx"), new(400, "?format=none"), new(400, "?of=nobody"),
            new(409) { Id = "FAILED" },
        ],
        ["CreateShare"] =
        [
            new(201), new(201) { Json = """{"expiresInHours":1}""" }, new(400) { Json = """{"expiresInHours":0}""" },
        ],
        ["ListShares"] = [new(200)],
        ["RevokeShare"] = [new(204) { Id = "SHARE" }, new(404) { Id = "SHARE" }],
    };

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Every_operation_answers_only_what_the_document_declares(Engine engine)
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), await services.DatabaseAsync(engine), settings: RegistryStage.Settings);
        var operations = await OperationsAsync(service);
        Assert.Equal(Calls.Keys.Order(), operations.Select(o => o.Id).Order());
        var ids = await IdsAsync(service);
        foreach (var operation in operations)
            foreach (var call in Calls[operation.Id].Concat(CommonCalls(operation)))
                await CheckAsync(service, operation, call, ids);
    }

    [Fact]
    public async Task Without_the_token_every_operation_answers_that_it_is_required()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: [("Insight__AccessToken", Secret), ("Insight__Worker__Enabled", "false")]);
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        var operations = await OperationsAsync(service);
        // No worker: it waits.
        var queued = await service.UploadAsync(Archive, cancellationToken: Token);
        service.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var operation in operations)
            await CheckAsync(service, operation, new Call(401), new() { ["DONE"] = queued });

        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        (string Id, int Status)[] asked =
            [("GetTree", 409), ("RetryAnalysis", 409), ("CancelAnalysis", 202), ("RetryAnalysis", 202)];
        foreach (var (id, status) in asked)
            await CheckAsync(
                service, operations.Single(o => o.Id == id), new Call(status), new() { ["DONE"] = queued });
    }

    /// <summary>What is wrong in the same way for all of them.</summary>
    private static IEnumerable<Call> CommonCalls(PublishedOperation operation)
    {
        yield return new Call(400, "?name=a%00b");
        yield return new Call(421) { Host = "rebound.example" };
        if (operation.Method != "GET")
            yield return new Call(403) { Origin = "http://evil.example" };
        if (operation.Path.Contains("{id}", StringComparison.Ordinal))
        {
            // A good question, so that it is the id that is refused.
            var good = Calls[operation.Id].First(c => c.Status < 400 || operation.Id is "CancelAnalysis");
            yield return good with { Status = 404, Id = "UNKNOWN" };
            yield return good with { Status = 404, Id = "not-a-uuid" };
        }

        if (operation.Bodies.Count > 0 && !operation.Bodies.Contains("*/*"))
            yield return new Call(415) { Body = "x"u8.ToArray(), ContentType = "text/plain" };
        if (operation.Bodies.Contains("application/json"))
        {
            yield return new Call(400) { Json = "{" };
            yield return new Call(400) { Json = "[1]" };
            yield return new Call(400) { Json = """{"noSuchField":-3}""" };
            yield return new Call(413) { Json = $"\"{new string('x', 1 << 20)}\"" };
        }
    }

    private static async Task<IReadOnlyList<PublishedOperation>> OperationsAsync(ServiceProcess service) =>
        new PublishedDocument(
            await service.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token)).Operations;

    private static async Task<Dictionary<string, string>> IdsAsync(ServiceProcess service)
    {
        var ids = new Dictionary<string, string> { ["UNKNOWN"] = Guid.CreateVersion7().ToString() };
        foreach (var (key, archive) in new[] { ("DONE", Archive), ("FAILED", [1, 2, 3]), ("SPARE", Archive) })
        {
            ids[key] = await service.UploadAsync(archive, cancellationToken: Token);
            await service.EndedAsync(ids[key], Token);
        }

        using var share = await service.PostAsync($"/api/analyses/{ids["DONE"]}/shares", new { });
        ids["SHARE"] = (await share.Content.ReadFromJsonAsync<JsonNode>(Token))!.Of<string>("id");
        using var watch = await service.PostAsync("/api/watches", new { reference = "127.0.0.1:1/app" });
        ids["WATCH"] = (await watch.Content.ReadFromJsonAsync<JsonNode>(Token))!.Of<string>("id");
        return ids;
    }

    private static async Task CheckAsync(
        ServiceProcess service, PublishedOperation operation, Call call, Dictionary<string, string> ids)
    {
        var path = operation.Path.Replace("{id}", call.Id, StringComparison.Ordinal)
            .Replace("{finding}", call.Finding, StringComparison.Ordinal)
            .Replace("{name}", "contract", StringComparison.Ordinal) + call.Query;
        foreach (var (key, id) in ids)
            path = path.Replace(key, id, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path) { Content = call.Content() };
        request.Headers.Host = call.Host;
        request.Headers.ExpectContinue = call.Status == 413;
        if (call.Origin is not null)
            request.Headers.Add("Origin", call.Origin);
        if (call.Accept is not null)
            request.Headers.Accept.ParseAdd(call.Accept);
        using var answer = await service.Client.SendAsync(request, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(
            call.Status == (int)answer.StatusCode,
            $"{operation.Method} {path}: {(int)answer.StatusCode}, not {call.Status}. {body}");
        if (answer.IsSuccessStatusCode)
            return;
        var problem = JsonNode.Parse(body)!;
        Assert.Equal(call.Status, problem.Of<int>("status"));
        Assert.NotEqual(problem.Of<string>("title"), problem.Of<string>("detail"));
        Assert.Matches("^[a-z-]+$", problem.Of<string>("code"));
    }

    private sealed record Call(int Status, string Query = "")
    {
        public string Id { get; init; } = "DONE";

        public string Finding { get; init; } = "package-cache-pip-0";

        public string? Json { get; init; }

        public byte[]? Body { get; init; }

        public string? ContentType { get; init; }

        /// <summary>The name of the form's field.</summary>
        public string? Form { get; init; }

        public string? Accept { get; init; }

        public string? Origin { get; init; }

        public string? Host { get; init; }

        public HttpContent? Content()
        {
            if (Form is not null)
                return new MultipartFormDataContent { { new ByteArrayContent(Archive), Form, "image.tar" } };
            if (Json is not null)
                return new StringContent(Json, Encoding.UTF8, "application/json");
            if (Body is null)
                return null;
            var content = new ByteArrayContent(Body);
            if (ContentType is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            return content;
        }
    }
}
