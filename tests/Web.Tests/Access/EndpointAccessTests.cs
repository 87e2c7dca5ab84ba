using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageInsight.Web.Access;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Data.Sqlite;

namespace ImageInsight.Web.Tests.Access;

/// <summary>Every endpoint of the running program, in many spellings and in every role, against a table.</summary>
public sealed class EndpointAccessTests(Services services)
{
    private const string Secret = "correct-horse-battery";

    /// <summary>Whoever comes without the token is sent to sign in, refused, or let in.</summary>
    private enum Stranger
    {
        SignIn,
        Refused,
        Open,
    }

    /// <summary>
    /// By route pattern and methods. Static assets are told by their metadata: they hold nothing of any image.
    /// </summary>
    private static readonly Dictionary<string, Stranger> Table = new()
    {
        ["/"] = Stranger.SignIn,
        ["/images/{Id:guid}"] = Stranger.SignIn,
        ["/registries"] = Stranger.SignIn,
        ["/docs/findings"] = Stranger.SignIn,
        ["/docs/findings/{Rule}"] = Stranger.SignIn,
        ["/docs/api"] = Stranger.SignIn,
        ["/docs/api/scalar.js"] = Stranger.Open,
        ["/docs/api/scalar.aspnetcore.js"] = Stranger.Open,
        ["/docs/api/favicon.svg"] = Stranger.Open,
        // Files of wwwroot that the build did not list.
        ["/{**path:file}"] = Stranger.Open,
        ["/sign-in"] = Stranger.Open,
        ["/not-found"] = Stranger.Open,
        ["/s/{Token}"] = Stranger.Open,
        ["/health/live"] = Stranger.Open,
        ["/health/ready"] = Stranger.Open,
        ["/api/**"] = Stranger.Refused,
        ["/v2/**"] = Stranger.Refused,
        ["/openapi/{documentName}.json"] = Stranger.Refused,
        ["/_blazor"] = Stranger.Open,
        ["/_blazor/negotiate"] = Stranger.Open,
        ["/_blazor/disconnect/"] = Stranger.Open,
        ["/_blazor/initializers/"] = Stranger.Open,
        ["/_framework/opaque-redirect"] = Stranger.Open,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_spelling_of_any_endpoint_lets_a_stranger_in()
    {
        await using var app = await RunningApp.StartAsync(services.NewFolder(), Secret, Token);
        var wrong = new List<string>();
        foreach (var endpoint in app.Endpoints)
        {
            if (Expected(endpoint) is not { } expected)
            {
                wrong.Add($"{PatternOf(endpoint)} is not in the table");
                continue;
            }

            if (expected == Stranger.Open)
                continue;
            foreach (var method in MethodsOf(endpoint))
                foreach (var path in Spellings(PathOf(endpoint)))
                    foreach (var role in Strangers())
                        if (await AskAsync(app, method, path, role) is var status
                            && !IsRefusal(status, expected, method))
                            wrong.Add($"{method} {path} as {role.Name}: {(int)status}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task No_spelling_lets_another_sites_page_change_anything_or_open_a_circuit()
    {
        await using var app = await RunningApp.StartAsync(services.NewFolder(), Secret, Token);
        var wrong = new List<string>();
        foreach (var endpoint in app.Endpoints.Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null))
            foreach (var method in MethodsOf(endpoint))
                foreach (var path in Spellings(PathOf(endpoint)))
                {
                    var changes = method is not ("GET" or "HEAD" or "OPTIONS");
                    // Another spelling of a circuit's path may be no endpoint at all: then nothing is opened.
                    var circuit = endpoint.Metadata.GetMetadata<EndpointMarks.Circuit>() is not null;
                    if (!changes && !circuit)
                        continue;
                    using var request = new HttpRequestMessage(
                        new HttpMethod(method), app.Client.BaseAddress + path.TrimStart('/'));
                    request.Headers.Authorization = new("Bearer", Secret);
                    request.Headers.Add("Origin", "http://evil.example");
                    using var answer = await app.Client.SendAsync(request, Token);
                    if (answer.StatusCode != HttpStatusCode.Forbidden
                        && (changes || answer.StatusCode != HttpStatusCode.NotFound))
                        wrong.Add($"{method} {path}: {(int)answer.StatusCode}");
                }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_link_shows_its_own_analysis_until_it_ends_and_nothing_else()
    {
        var folder = services.NewFolder();
        await using var app = await RunningApp.StartAsync(folder, Secret, Token);
        var (mine, mineId) = await ShareAsync(app, "mine/app:1");
        var (other, _) = await ShareAsync(app, "other/app:1");
        Assert.Contains("mine/app:1", await PageAsync(app, mine, HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.DoesNotContain("mine/app:1", await PageAsync(app, other, HttpStatusCode.OK), StringComparison.Ordinal);
        foreach (var spelling in new[] { mine + ".js", mine.ToUpperInvariant(), mine[..^1] })
            await PageAsync(app, spelling, HttpStatusCode.NotFound);
        using (var revoke = new HttpRequestMessage(HttpMethod.Delete, "/api/shares/" + mineId))
        {
            revoke.Headers.Authorization = new("Bearer", Secret);
            using var revoked = await app.Client.SendAsync(revoke, Token);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        await PageAsync(app, mine, HttpStatusCode.NotFound);
        await PageAsync(app, other, HttpStatusCode.OK);
        await using (var db = new SqliteConnection("Data Source=" + Path.Combine(folder, "insight.db")))
        {
            await db.OpenAsync(Token);
            await using var expire = db.CreateCommand();
            expire.CommandText = "UPDATE shares SET expires_at = 1";
            Assert.Equal(1, await expire.ExecuteNonQueryAsync(Token));
        }

        await PageAsync(app, other, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_token_is_taken_from_a_header_and_from_the_cookie()
    {
        await using var app = await RunningApp.StartAsync(services.NewFolder(), Secret, Token);
        var cookie = ((AccessToken)app.Services.GetService(typeof(AccessToken))!).MakeCookie();
        foreach (var role in new Role[]
                 {
                     new("header", r => r.Headers.Authorization = new("Bearer", Secret)),
                     new("password", r => r.Headers.Authorization = new("Basic", Base64("me:" + Secret))),
                     new("cookie", r => r.Headers.Add("Cookie", $"{AccessToken.Cookie}={cookie}")),
                 })
            foreach (var path in new[] { "/", "/api/analyses", "/v2/", "/openapi/v1.json", "/docs/api/" })
                Assert.Equal((role.Name, path, HttpStatusCode.OK),
                    (role.Name, path, await AskAsync(app, "GET", path, role)));
    }

    private static IEnumerable<Role> Strangers() =>
    [
        new("nobody", _ => { }),
        new("a wrong token", r => r.Headers.Authorization = new("Bearer", "wrong-horse-battery")),
        new("a wrong password", r => r.Headers.Authorization = new("Basic", Base64("me:wrong-horse-battery"))),
        new("a wrong cookie", r => r.Headers.Add("Cookie", $"{AccessToken.Cookie}=CfDJ8wrong")),
        new("a guest", r => r.Headers.Referrer = new Uri("http://127.0.0.1/s/" + new string('x', 43))),
    ];

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static bool IsRefusal(HttpStatusCode status, Stranger expected, string method) => status switch
    {
        HttpStatusCode.Unauthorized => true,
        HttpStatusCode.Redirect => expected == Stranger.SignIn && method is "GET" or "HEAD",
        // Kestrel itself: a path that is none.
        HttpStatusCode.BadRequest => true,
        _ => false,
    };

    private static Stranger? Expected(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return Stranger.Open;
        var pattern = PatternOf(endpoint);
        return Table.TryGetValue(pattern, out var exact) ? exact
            : Table.FirstOrDefault(t => t.Key.EndsWith("/**", StringComparison.Ordinal)
                && pattern.StartsWith(t.Key[..^2], StringComparison.Ordinal)) is { Key: not null } below ? below.Value
            : pattern.StartsWith("/docs/api/", StringComparison.Ordinal) ? Stranger.SignIn
            : null;
    }

    private static string PatternOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } stated ? stated : [
            "GET", "POST"
        ];

    private static string PathOf(RouteEndpoint endpoint) =>
        string.Join('/', PatternOf(endpoint).Split('/').Select(part =>
        part.Contains(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString()
        : part.StartsWith("{**", StringComparison.Ordinal)
            || part.StartsWith("{*", StringComparison.Ordinal) ? "x/manifests/h"
        : part.StartsWith("{documentName}", StringComparison.Ordinal) ? "v1.json"
        : part.StartsWith('{') ? "x"
        : part));

    private static IEnumerable<string> Spellings(string path)
    {
        yield return path;
        yield return path.ToUpperInvariant();
        yield return path.TrimEnd('/') + "/";
        yield return "/" + path;
        yield return path.Replace("/", "//", StringComparison.Ordinal);
        yield return path + "%2F";
        yield return path + "?x=.js";
        foreach (var ending in new[]
        {
            ".js", ".css", ".svg", ".ico", ".map", "/x.js", ";x.js", "%2ejs", "/..%2fapp.css"
        })
            yield return path.TrimEnd('/') + ending;
        if (path.Length > 2)
            yield return $"/%{(int)path[1]:X2}{path[2..]}";
    }

    private static async Task<HttpStatusCode> AskAsync(RunningApp app, string method, string path, Role role)
    {
        // As it stands: Uri would tidy dots and slashes up.
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(app.Client.BaseAddress + path[1..],
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        role.Apply(request);
        if (method is "PUT" or "POST" or "PATCH")
            request.Content = JsonContent.Create(new JsonObject());
        using var answer = await app.Client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static async Task<string> PageAsync(RunningApp app, string path, HttpStatusCode expected)
    {
        using var answer = await app.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal((path, expected), (path, answer.StatusCode));
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<(string Url, string Id)> ShareAsync(RunningApp app, string name)
    {
        using var upload = new HttpRequestMessage(
            HttpMethod.Put, "/api/images/upload?name=" + Uri.EscapeDataString(name))
        {
            Content = new ByteArrayContent(new ArchiveBuilder().WithLayer(l => l.File("x", 5)).DockerArchive()),
        };
        var id = (await SendAsync(app, upload))["id"]!.GetValue<string>();
        using var share = new HttpRequestMessage(
            HttpMethod.Post, $"/api/analyses/{id}/shares")
        { Content = JsonContent.Create(new { }) };
        var made = await SendAsync(app, share);
        return (made["url"]!.GetValue<string>(), made["id"]!.GetValue<string>());
    }

    private static async Task<JsonNode> SendAsync(RunningApp app, HttpRequestMessage request)
    {
        request.Headers.Authorization = new("Bearer", Secret);
        request.Content!.Headers.ContentType ??= new("application/octet-stream");
        using var answer = await app.Client.SendAsync(request, Token);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
    }

    private sealed record Role(string Name, Action<HttpRequestMessage> Apply);
}
