using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Api;

namespace ImageInsight.Web.Tests.Access;

public sealed class AccessTests(Services services)
{
    private const string Secret = "correct-horse-battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_loopback_it_does_not_start_without_a_token()
    {
        await using var service = ServiceProcess.Launch(services.NewFolder(), urls: "http://0.0.0.0:0");
        Assert.NotEqual(0, await service.ExitAsync());
        Assert.Contains("Insight__AccessToken", service.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Insight__Worker__Enabled", "perhaps")]
    [InlineData("Insight__Upload__MaxBytes", "-1")]
    [InlineData("Insight__AccessToken", "short")]
    [InlineData("ConnectionStrings__Insight", "no connection string")]
    [InlineData("Insight__Limits__MaxLayers", "many")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        await using var service = ServiceProcess.Launch(services.NewFolder(), settings: (key, value));
        Assert.NotEqual(0, await service.ExitAsync());
        Assert.Contains(key.Split("__Max")[0], service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_token_only_shared_pages_and_health_are_served()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), urls: "http://0.0.0.0:" + FreePort(), settings: ("Insight__AccessToken", Secret));
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", Secret);
        var id = await service.UploadAsync(
            new ArchiveBuilder { Tag = "secret/app:9" }.WithLayer(l => l.File("inside", 5)).DockerArchive(), "mine",
            Token);
        var other = await service.UploadAsync(
            new ArchiveBuilder().WithLayer(l => l.File("other", 6)).DockerArchive(), "hidden-other", Token);
        await service.EndedAsync(id, Token);
        await service.EndedAsync(other, Token);
        using var made = await service.Client.PostAsJsonAsync(
            $"/api/analyses/{id}/shares", new { expiresInHours = 1 }, Token);
        var share = (await made.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        var url = share["url"]!.GetValue<string>();

        service.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var path in new[]
                 {
                     "/api/analyses", $"/api/analyses/{id}", $"/api/analyses/{id}/tree", $"/api/analyses/{id}/files",
                     $"/api/analyses/{id}/findings", $"/api/analyses/{id}/shares", "/openapi/v1.json",
                 })
        {
            using var refused = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            await UploadTests.ProblemAsync(refused, HttpStatusCode.Unauthorized, "token-required");
        }

        foreach (var path in new[] { "/", $"/images/{id}", $"/images/{other}", "/docs/api/" })
        {
            using var refused = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
            Assert.StartsWith("/sign-in", refused.Headers.Location!.ToString(), StringComparison.Ordinal);
        }

        using (var upload = await service.Client.PutAsync(
            new Uri("/api/images/upload", UriKind.Relative), new ByteArrayContent([1]), Token))
            await UploadTests.ProblemAsync(upload, HttpStatusCode.Unauthorized, "token-required");
        using (var shared = await service.Client.GetAsync(new Uri(url, UriKind.Relative), Token))
        {
            Assert.Equal(HttpStatusCode.OK, shared.StatusCode);
            var html = await shared.Content.ReadAsStringAsync(Token);
            Assert.Contains("mine", html, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden-other", html, StringComparison.Ordinal);
            Assert.Equal("no-referrer", shared.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("noindex", shared.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        }

        foreach (var path in new[]
        {
            "/health/live", "/health/ready", "/_framework/blazor.web.js", "/app.css", "/ImageInsight.Web.styles.css"
        })
        {
            using var open = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.True(open.StatusCode == HttpStatusCode.OK, path);
        }

        // A revoked link and one that never was are the same.
        service.Client.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("any:" + Secret)));
        using (var revoked = await service.Client.DeleteAsync(
            new Uri("/api/shares/" + share["id"]!.GetValue<string>(), UriKind.Relative), Token))
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        service.Client.DefaultRequestHeaders.Authorization = null;
        using var gone = await service.Client.GetAsync(new Uri(url, UriKind.Relative), Token);
        using var never = await service.Client.GetAsync(new Uri("/s/" + new string('x', 43), UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (gone.StatusCode, never.StatusCode));
        Assert.DoesNotContain(Secret, service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_in_by_the_form_opens_the_pages()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AccessToken", Secret));
        using (var page = await service.Client.GetAsync(new Uri("/sign-in", UriKind.Relative), Token))
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using (var wrong = await service.Client.PostAsync(
            new Uri("/sign-in", UriKind.Relative), Form("wrong-wrong-wrong"), Token))
            Assert.False(wrong.Headers.Contains("Set-Cookie"));
        using var right = await service.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), Form(Secret), Token);
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, cookie, StringComparison.Ordinal);
        Assert.Equal("/", right.Headers.Location!.ToString());
        service.Client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        using var home = await service.Client.GetAsync(new Uri("/", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);

        static FormUrlEncodedContent Form(string token) => new([new("token", token), new("to", "//evil.example/")]);
    }

    [Fact]
    public async Task Pages_of_other_sites_can_change_nothing()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        foreach (var (name, value) in new[] { ("Origin", "http://evil.example"), ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site") })
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Put, "/api/images/upload")
            { Content = new ByteArrayContent([1]) };
            request.Headers.Add(name, value);
            using var answer = await service.Client.SendAsync(request, Token);
            await UploadTests.ProblemAsync(answer, HttpStatusCode.Forbidden, "foreign-origin");
        }

        using var circuit = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        circuit.Headers.Add("Origin", "http://evil.example");
        using var refused = await service.Client.SendAsync(circuit, Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_name_it_does_not_know_is_not_answered()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/analyses");
        request.Headers.Host = "rebound.example:80";
        using var answer = await service.Client.SendAsync(request, Token);
        await UploadTests.ProblemAsync(answer, HttpStatusCode.MisdirectedRequest, "host-not-allowed");
        await using var allowed = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AllowedHosts", "insight.example, other.example"));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/analyses");
        again.Headers.Host = "insight.example";
        using var welcome = await allowed.Client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }

    [Fact]
    public async Task The_health_verb_tells_whether_the_service_is_ready()
    {
        var service = await services.OfAsync(Engine.Sqlite);
        Assert.Equal(0, await HealthAsync(service.Address.ToString()));
        Assert.Equal(1, await HealthAsync("http://127.0.0.1:1"));

        static async Task<int> HealthAsync(string url)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "dotnet", [ServiceProcess.Program, "--health", "--urls", url])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            await process.WaitForExitAsync(Token);
            return process.ExitCode;
        }
    }

    [Fact]
    public async Task The_start_says_where_everything_is()
    {
        var service = await services.OfAsync(Engine.Postgres);
        Assert.Contains(service.Address.ToString().TrimEnd('/'), service.Output, StringComparison.Ordinal);
        Assert.Contains(service.DataDirectory, service.Output, StringComparison.Ordinal);
        Assert.Contains("Postgres, 127.0.0.1", service.Output, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
