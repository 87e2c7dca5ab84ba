using ImageInsight.Web.Problems;
using ImageInsight.Web.Pushes;

namespace ImageInsight.Web.Access;

/// <summary>Without the token only shared pages, what these need, and health are served.</summary>
internal sealed class TokenRule(RequestDelegate next, AccessToken token)
{
    // Circuits can only be opened with the signed description of a component that a served page held.
    private static readonly string[] Open = ["/s", "/_blazor", "/_framework", "/_content", "/health", "/sign-in", "/assets"];

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (token.IsGiven(context.Request) || Array.Exists(Open, o => path.StartsWithSegments(o, StringComparison.Ordinal)) || IsAsset(path))
            return next(context);
        if (path.StartsWithSegments("/v2", StringComparison.Ordinal))
        {
            // The token is the password, whatever the user is called: `docker login -u insight HOST`.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"ImageInsight\"";
            return PushEndpoints.Error(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "This service needs its access token as the password.")
                .ExecuteAsync(context);
        }

        if (path.StartsWithSegments("/api", StringComparison.Ordinal) || path.StartsWithSegments("/openapi", StringComparison.Ordinal)
            || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem.WriteAsync(
                context, StatusCodes.Status401Unauthorized, "token-required",
                "This service needs its access token: send it as 'Authorization: Bearer TOKEN'.");
        }

        context.Response.Redirect("/sign-in?to=" + Uri.EscapeDataString(path + context.Request.QueryString));
        return Task.CompletedTask;
    }

    /// <summary>Scripts, styles and pictures of the pages; they hold nothing of any image.</summary>
    private static bool IsAsset(PathString path) =>
        Path.GetExtension(path.Value) is ".css" or ".js" or ".svg" or ".ico" or ".map"
        && !path.StartsWithSegments("/api", StringComparison.Ordinal);
}
