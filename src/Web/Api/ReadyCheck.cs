using ImageInsight.Data;
using ImageInsight.Web.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageInsight.Web.Api;

/// <summary>The database answers and the spool can be written to.</summary>
internal sealed class ReadyCheck(Contexts contexts, InsightSettings settings) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!await contexts.CanConnectAsync(cancellationToken))
            return HealthCheckResult.Unhealthy("The database does not answer.");
        try
        {
            var probe = Path.Combine(settings.SpoolDirectory, $"ready-{Guid.NewGuid():N}.part");
            await File.WriteAllBytesAsync(probe, [], cancellationToken);
            File.Delete(probe);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The spool cannot be written to.");
        }
    }
}
