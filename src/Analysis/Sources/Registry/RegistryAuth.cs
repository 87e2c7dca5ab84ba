using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// What one pull shows to its registry: nothing, basic, or a bearer token that is fetched anew when it ends.
/// </summary>
/// <remarks>https://distribution.github.io/distribution/spec/auth/token/</remarks>
internal sealed class RegistryAuth(
    RegistryHttp http, RegistryEndpoint endpoint, string repository, RegistryCredential? credential) : IDisposable
{
    /// <summary>What the specification says for a token that does not say.</summary>
    private const int DefaultLifetime = 60;

    /// <summary>A token that ends on the way is worth nothing.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile Shown shown = new(null, DateTimeOffset.MaxValue);
    private AuthChallenge? bearer;

    private sealed record Shown(AuthenticationHeaderValue? Header, DateTimeOffset Until);

    public void Dispose() => gate.Dispose();

    public async Task<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellationToken)
    {
        var now = shown;
        if (now.Until > http.Time.GetUtcNow())
            return now.Header;
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (shown == now)
                shown = await FetchAsync(bearer!, cancellationToken).ConfigureAwait(false);
            return shown.Header;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Makes ready what the registry asks for; false when there is nothing (else) to show.</summary>
    /// <param name="refused">What was shown and refused; somebody else may have a newer one by now.</param>
    public async Task<bool> AnswerAsync(
        HttpResponseMessage challenge, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        var challenges = Challenges(challenge);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(shown.Header, refused))
                return true;
            if (challenges.FirstOrDefault(c => c.Scheme == "bearer" && c["realm"] is not null) is { } asked)
            {
                bearer = asked;
                shown = await FetchAsync(asked, cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (refused is not null || credential is null || !challenges.Any(c => c.Scheme == "basic"))
                return false;
            shown = new Shown(Basic(credential), DateTimeOffset.MaxValue);
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    private List<AuthChallenge> Challenges(HttpResponseMessage answer)
    {
        if (!answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines))
            return [];
        try
        {
            return [.. lines.SelectMany(AuthChallenge.Parse)];
        }
        catch (FormatException e)
        {
            throw new ImageException(
                ImageErrors.RegistryError,
                $"'{endpoint.Name}' asks for a login in a way that cannot be read. {e.Message}", e);
        }
    }

    private async Task<Shown> FetchAsync(AuthChallenge asked, CancellationToken cancellationToken)
    {
        var realm = CheckedRealm(asked["realm"]!);
        using var request = Request(realm, asked);
        using var answer = await http.SendAsync(request, realm.Host, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
            throw Denied(answer.StatusCode);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw RegistrySession.Unexpected(answer, realm.Host, "the request for a token");
        var token = await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        var text = token.Token is { Length: > 0 } t ? t : token.AccessToken;
        if (string.IsNullOrEmpty(text) || text.Any(c => c is <= ' ' or > '~'))
            throw new ImageException(
                ImageErrors.RegistryError, $"'{realm.Host}' answers the request for a token without one.");
        var lifetime = TimeSpan.FromSeconds(Math.Clamp(token.ExpiresIn ?? DefaultLifetime, 1, 24 * 3600));
        return new Shown(
            new AuthenticationHeaderValue("Bearer", text),
            http.Time.GetUtcNow() + (lifetime > 2 * Slack ? lifetime - Slack : lifetime));
    }

    private ImageException Denied(HttpStatusCode status) => new(
        ImageErrors.RegistryDenied,
        credential is null
            ? $"'{endpoint.Name}' lets nobody read {repository} without a login ({(int)status}). Give user and "
                + "password or token, if the image exists."
            : $"'{endpoint.Name}' does not accept the login for {repository} ({(int)status}).");

    private async Task<TokenAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var bytes = await RegistrySession.ReadBodyAsync(
            answer, http.Options.MaxTokenBytes, "The token", http.Options, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes, TokenDocuments.Default.TokenAnswer)
                ?? new TokenAnswer(null, null, null);
        }
        catch (JsonException e)
        {
            throw new ImageException(
                ImageErrors.RegistryError, "The answer to the request for a token is not the JSON it should be.", e);
        }
    }

    private HttpRequestMessage Request(Uri realm, AuthChallenge asked)
    {
        var scope = asked["scope"] is { Length: > 0 } s ? s : $"repository:{repository}:pull";
        if (credential is { IsIdentityToken: true })
            return new HttpRequestMessage(HttpMethod.Post, realm)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "refresh_token",
                    ["service"] = asked["service"] ?? "",
                    ["scope"] = scope,
                    ["client_id"] = "imageinsight",
                    ["refresh_token"] = credential.Password,
                }),
            };
        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query[1..] + "&" : "");
        if (asked["service"] is { Length: > 0 } service)
            query.Append("service=").Append(Uri.EscapeDataString(service)).Append('&');
        query.Append("scope=").Append(Uri.EscapeDataString(scope));
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        if (credential is not null)
            request.Headers.Authorization = Basic(credential);
        return request;
    }

    /// <summary>Before any credential is shown to it.</summary>
    private Uri CheckedRealm(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var realm)
            || (realm.Scheme != Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttp) || realm.UserInfo.Length > 0)
            throw new ImageException(
                ImageErrors.RegistryError,
                $"'{endpoint.Name}' sends us for a token to an address that cannot be read.");
        if (realm.Scheme == Uri.UriSchemeHttp && !RegistryEndpoint.IsInsecure(realm, http.Options))
            throw new ImageException(
                ImageErrors.RegistryError, $"'{endpoint.Name}' sends us for a token to '{realm.Host}' in plain http, " +
                    "which is not allowed for that host.")
            {
                Option = nameof(RegistryOptions.Insecure),
            };
        if (credential is not null && !TokenHosts.AreRelated(endpoint.At("").Host, realm.Host)
            && !http.Options.TokenHosts.Contains(realm.Host, realm.Port))
            throw new ImageException(
                ImageErrors.RegistryDenied,
                $"'{endpoint.Name}' wants the login sent to '{realm.Host}', a host of another domain that is " +
                "not listed for it.")
            {
                Option = nameof(RegistryOptions.TokenHosts),
            };
        return realm;
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
}
