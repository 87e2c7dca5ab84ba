using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageInsight.Web.Configuration;

/// <summary>What is answered at /health: the state, and a line for each reason why it is not a good one.</summary>
internal static class HealthText
{
    public static HealthCheckOptions For(Func<HealthCheckRegistration, bool> checks) =>
        new() { Predicate = checks, ResponseWriter = WriteAsync };

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var reasons = report.Entries.Values.Where(e => e.Status != HealthStatus.Healthy).Select(e => e.Description);
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            string.Join('\n', reasons.Prepend(report.Status.ToString())), context.RequestAborted);
    }
}
