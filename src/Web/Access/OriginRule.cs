using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Access;

/// <summary>
/// A request that changes something, or opens a circuit, must not come from another site's page. Programs send neither
/// header and pass.
/// </summary>
internal sealed class OriginRule(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsOptions(request.Method);
        if (safe && !EndpointMarks.Has<EndpointMarks.Circuit>(context))
            return next(context);
        if (IsForeign(request))
            return Problem.WriteAsync(
                context, ProblemKinds.ForeignOrigin,
                "The request comes from a page of another site; it is refused.");
        return next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site")
            return true;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return false;
        // "null" is a sandboxed page or a file.
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || !string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
