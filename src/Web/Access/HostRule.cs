using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Access;

/// <summary>
/// Answers only under names it knows: a web page that makes its own name point to 127.0.0.1 (DNS rebinding) would
/// otherwise be same-origin with a local service.
/// </summary>
internal sealed class HostRule(RequestDelegate next, InsightSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (EndpointMarks.Has<EndpointMarks.AnyHost>(context)
            || HostNames.IsLoopback(host) || settings.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            || (settings.AllowedHosts.Contains("*") && settings.AccessToken is not null))
            return next(context);
        return Problem.WriteAsync(
            context, ProblemKinds.HostNotAllowed,
            "This service does not answer to the name in the request. Add it to Insight__AllowedHosts.");
    }
}
