using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Access;

/// <summary>
/// Headers that hold for every answer. Names of files and images are hostile; the policies are the second wall behind
/// encoding.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // plotly.js draws with inline styles.
    private const string PagePolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; ";

    /// <summary>What is no page is data: whatever somebody called it, no browser runs or shows it as one.</summary>
    private const string DataPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    private static readonly string[] TextTypes = ["json", "xml", "javascript"];

    public Task InvokeAsync(HttpContext context)
    {
        // Set as the last thing: what answers an error clears the headers that stood there before.
        context.Response.OnStarting(() =>
        {
            Add(context);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = IsPage(context)
            ? PagePolicy + $"script-src 'nonce-{ScriptNonce.For(context)}' 'strict-dynamic'"
            : DataPolicy;
        StateCharset(context);
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "same-origin";
        if (!context.Items.ContainsKey(typeof(SecretAddressAttribute)))
            return;
        // The address is the key: it must not travel on, nor be found.
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers.CacheControl = "no-store";
    }

    /// <summary>All our text is UTF-8; a guess could make other characters, and so other code, of it.</summary>
    private static void StateCharset(HttpContext context)
    {
        // The registry API: a manifest's type is exactly the one that its client sent.
        if (context.Response.ContentType is not { } type || type.Contains(';', StringComparison.Ordinal)
            || EndpointMarks.Has<IErrorForm>(context))
            return;
        if (type.StartsWith("text/", StringComparison.Ordinal)
            || TextTypes.Any(t => type.EndsWith(t, StringComparison.Ordinal)))
            context.Response.ContentType = type + "; charset=utf-8";
    }

    private static bool IsPage(HttpContext context) =>
        EndpointMarks.Has<EndpointMarks.Page>(context)
        && context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
