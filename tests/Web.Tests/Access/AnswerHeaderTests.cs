using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ImageInsight.Web.Tests.Access;

/// <summary>What a browser may make of an answer, whoever sent what is in it.</summary>
public sealed class AnswerHeaderTests(Services services)
{
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
    [InlineData("/docs/api/")]
    [InlineData("/not-found")]
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
        Assert.NotEqual(0, Count(html, "<script"));
        Assert.Equal(Count(html, "<script"), Count(WebUtility.HtmlDecode(html), $"nonce=\"{nonce}\""));
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
    public async Task A_manifest_is_given_back_as_exactly_its_type()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        // What was added to it is not given back.
        using (var put = await PutAsync(service, "index", "application/vnd.oci.image.index.v1+json; charset=utf-7"))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var answer = await service.Client.GetAsync(
            new Uri("/v2/headers/manifests/index", UriKind.Relative), Token);
        Assert.Equal("application/vnd.oci.image.index.v1+json", answer.Content.Headers.ContentType?.ToString());
        AssertData(answer);
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
