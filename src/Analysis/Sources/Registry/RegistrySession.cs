using System.Net;
using System.Net.Http.Headers;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// Requests about one repository of one registry: logs in when asked to, and follows redirects by hand.
/// </summary>
internal sealed class RegistrySession(
    RegistryHttp http, RegistryEndpoint endpoint, string repository, RegistryCredential? credential)
    : IImageContent, IDisposable
{
    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private readonly RegistryAuth auth = new(http, endpoint, repository, endpoint.IsMirror ? null : credential);

    public RegistryOptions Options => http.Options;

    public TimeProvider Time => http.Time;

    public string Name => endpoint.Name;

    public void Dispose() => auth.Dispose();

    /// <param name="path">Below <c>/v2/NAME/</c>.</param>
    public async Task<HttpResponseMessage> GetAsync(
        string path, IReadOnlyList<string> accept, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var uri = endpoint.At($"{repository}/{path}");
        var answered = false;
        for (var redirects = 0; ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            foreach (var type in accept)
                request.Headers.Accept.ParseAdd(type);
            request.Headers.Range = range;
            var isOrigin = endpoint.IsOrigin(uri);
            // To any other host it would give the credential away.
            if (isOrigin)
                request.Headers.Authorization = await auth.HeaderAsync(cancellationToken).ConfigureAwait(false);
            var answer = await http.SendAsync(request, uri.Host, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.Unauthorized && isOrigin && !answered)
            {
                using (answer)
                    answered = await auth.AnswerAsync(
                        answer, request.Headers.Authorization, cancellationToken).ConfigureAwait(false);
                if (!answered)
                    throw Denied(HttpStatusCode.Unauthorized);
            }
            else if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308)
            {
                using (answer)
                    uri = Follow(uri, answer);
                if (++redirects > Options.MaxRedirects)
                    throw new ImageException(
                        ImageErrors.RegistryError, $"'{Name}' redirects more than {Options.MaxRedirects} times.");
            }
            else
            {
                return answer;
            }
        }
    }

    public async Task<ManifestBytes?> ManifestAsync(
        string tagOrDigest, int maxBytes, CancellationToken cancellationToken)
    {
        var what = $"the manifest {tagOrDigest}";
        using var answer = await GetAsync(
            $"manifests/{tagOrDigest}", ManifestTypes, range: null, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Check(answer, what);
        return new ManifestBytes(
            await ReadBodyAsync(answer, maxBytes, what, Options, cancellationToken).ConfigureAwait(false),
            answer.Content.Headers.ContentType?.MediaType,
            answer.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var digest) ? digest.ToString()
                : null);
    }

    public async Task<byte[]?> BlobAsync(Digest digest, int maxBytes, CancellationToken cancellationToken)
    {
        var what = $"the blob {digest}";
        using var answer = await GetAsync($"blobs/{digest}", [], range: null, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Check(answer, what);
        return await ReadBodyAsync(answer, maxBytes, what, Options, cancellationToken).ConfigureAwait(false);
    }

    public Stream OpenBlob(Digest digest, long size, CancellationToken cancellationToken) =>
        new BlobStream(this, digest, size, cancellationToken);

    /// <summary>Throws for every answer but 200 and 206.</summary>
    public void Check(HttpResponseMessage answer, string what)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw Denied(answer.StatusCode);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            throw Unexpected(answer, Name, what);
    }

    /// <summary>The body of the answer is never shown: it may come from inside a network.</summary>
    public static ImageException Unexpected(HttpResponseMessage answer, string host, string what) =>
        answer.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new ImageException(
                ImageErrors.RegistryBusy,
                $"'{host}' allows no more requests for now (429). Try again later, or with a login: "
                    + "it raises the limit of most registries."),
            HttpStatusCode.NotFound => new ImageException(
                ImageErrors.BlobMissing, $"'{host}' has not got {what} (404)."),
            _ => new ImageException(
                ImageErrors.RegistryError, $"'{host}' answers {what} with {(int)answer.StatusCode}."),
        };

    /// <summary>At most so many bytes, in a time that fits them.</summary>
    public static async Task<byte[]> ReadBodyAsync(
        HttpResponseMessage answer, int maxBytes, string what, RegistryOptions options,
        CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentLength > maxBytes)
            throw TooBig(what, maxBytes);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.AnswerTimeout);
        try
        {
            var body = await answer.Content.ReadAsStreamAsync(limited.Token).ConfigureAwait(false);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 << 10];
            int read;
            while ((read = await body.ReadAsync(buffer, limited.Token).ConfigureAwait(false)) > 0)
            {
                if (bytes.Length + read > maxBytes)
                    throw TooBig(what, maxBytes);
                bytes.Write(buffer, 0, read);
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ImageException(ImageErrors.RegistryUnreachable, $"{what} broke off while it was read.", e);
        }
    }

    private static ImageException TooBig(string what, int maxBytes) =>
        new(ImageErrors.LimitExceeded, $"{what} has more than {maxBytes} bytes; registries take no bigger ones.");

    private ImageException Denied(HttpStatusCode status) => new(
        ImageErrors.RegistryDenied,
        credential is null
            ? $"'{Name}' lets nobody read {repository} without a login ({(int)status}). Give user and password or "
                + "token, if the image exists."
            : $"'{Name}' does not accept the login for {repository} ({(int)status}).");

    /// <summary>Signed addresses must come back byte by byte, so nothing in them is normalised.</summary>
    private Uri Follow(Uri from, HttpResponseMessage answer)
    {
        var text = answer.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        var target = text.Length == 0 ? text : RelativeAddress.Resolve(from, text);
        if (target.Any(c => c is <= ' ' or > '~')
            || !Uri.TryCreate(
                target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var uri)
            || !uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
            throw new ImageException(
                ImageErrors.RegistryError, $"'{Name}' redirects to an address that cannot be read.");
        if (uri.Scheme == Uri.UriSchemeHttp && !RegistryEndpoint.IsInsecure(uri, Options))
            throw new ImageException(
                ImageErrors.RegistryError, $"'{Name}' redirects to '{uri.Host}' in plain http, which is not allowed " +
                    "for that host.")
            {
                Option = nameof(RegistryOptions.Insecure),
            };
        return uri;
    }
}
