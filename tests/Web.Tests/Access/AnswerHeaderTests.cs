using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ImageInsight.Web.Tests.Access;

/// <summary>What a browser may make of an answer, whoever sent what is in it.</summary>
public sealed class AnswerHeaderTests(Services services)
{
    private const string Secret = "correct-horse-battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/analyses", "application/json; charset=utf-8")]
    [InlineData("/api/analyses/ID/findings?format=csv", "text/csv; charset=utf-8")]
    [InlineData("/api/analyses/ID/findings?format=markdown", "text/markdown; charset=utf-8")]
    [InlineData("/api/analyses/ID/findings?format=junit", "application/xml; charset=utf-8")]
    [InlineData("/api/analyses/ID/files", "application/x-ndjson; charset=utf-8")]
    [InlineData("/api/none", "application/problem+json; charset=utf-8")]
    [InlineData("/openapi/v1.json", "application/json; charset=utf-8")]
    [InlineData("/health/ready", "text/plain; charset=utf-8")]
    public async Task What_is_no_page_is_data(string path, string type)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        if (path.Contains("ID", StringComparison.Ordinal))
        {
            var id = await service.UploadAsync(
                new ArchiveBuilder().WithLayer(l => l.File("a", 5)).DockerArchive(), cancellationToken: Token);
            await service.EndedAsync(id, Token);
            path = path.Replace("ID", id, StringComparison.Ordinal);
        }

        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        AssertData(answer);
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/registries")]
    public async Task A_page_runs_only_the_scripts_that_it_names(string path)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var scripts = policy.Split(';').Single(p => p.TrimStart().StartsWith("script-src", StringComparison.Ordinal));
        Assert.Matches("^ script-src 'nonce-[A-Za-z0-9+/=]{20,}' 'strict-dynamic'$", scripts);
        var nonce = scripts.Split('\'')[1]["nonce-".Length..];
        var html = await answer.Content.ReadAsStringAsync(Token);
        // Each script of the page has it, and another page another one.
        Assert.Equal(Count(html, "<script"), Count(html, $"nonce=\"{WebUtility.HtmlEncode(nonce)}\""));
        using var again = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.DoesNotContain(
            nonce, again.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/javascript")]
    [InlineData("text/html")]
    [InlineData("application/json")]
    [InlineData("application/vnd.oci.image.config.v1+json")]
    public async Task A_manifest_under_any_other_type_is_refused(string type)
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var answer = await PutAsync(service, "other", type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        AssertData(answer);
        using var read = await service.Client.GetAsync(new Uri("/v2/headers/manifests/other", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
    }

    [Fact]
    public async Task A_manifest_is_given_back_as_exactly_the_type_it_came_as()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using (var put = await PutAsync(service, "index", "application/vnd.oci.image.index.v1+json"))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var answer = await service.Client.GetAsync(
            new Uri("/v2/headers/manifests/index", UriKind.Relative), Token);
        Assert.Equal("application/vnd.oci.image.index.v1+json", answer.Content.Headers.ContentType?.ToString());
        AssertData(answer);
    }

    [Fact]
    public async Task Tries_at_the_sign_in_page_are_limited()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AccessToken", Secret));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++)
        {
            using var form = new FormUrlEncodedContent([new("token", "wrong-wrong-wrong"), new("to", "/")]);
            using var answer = await service.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Token);
            answers.Add(answer.StatusCode);
        }

        Assert.All(answers.Take(10), s => Assert.Equal(HttpStatusCode.Redirect, s));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Theory]
    [InlineData("/api/analyses?name=a%00b")]
    [InlineData("/api/analyses/00000000-0000-0000-0000-000000000000/tree?path=/%00")]
    public async Task A_nul_in_a_query_is_a_bad_request(string path)
    {
        var service = await services.OfAsync(Engine.Postgres);
        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>An index that lists nothing is taken: it is no image, but well formed.</summary>
    private static async Task<HttpResponseMessage> PutAsync(ServiceProcess service, string tag, string type)
    {
        using var body = new ByteArrayContent(
            Encoding.UTF8.GetBytes(
                """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await service.Client.PutAsync(
            new Uri("/v2/headers/manifests/" + tag, UriKind.Relative), body, Token);
    }

    private static void AssertData(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith(
            "sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
