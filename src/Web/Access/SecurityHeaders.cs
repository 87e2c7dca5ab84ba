namespace ImageInsight.Web.Access;

/// <summary>Headers that hold for every answer. Names of files and images are hostile; the policy is the second wall behind encoding.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // plotly.js draws with inline styles; scripts come from this server's files alone.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // Taken now: an error page is another path.
        var shared = context.Request.Path.StartsWithSegments("/s", StringComparison.OrdinalIgnoreCase);
        // Set as the last thing: what answers an error clears the headers that stood there before.
        context.Response.OnStarting(() =>
        {
            Add(context.Response.Headers, shared);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Add(IHeaderDictionary headers, bool shared)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "same-origin";
        if (!shared)
            return;
        // The address is the key: it must not travel on, nor be found.
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers.CacheControl = "no-store";
    }
}
