using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageInsight.Web.Spool;

/// <summary>The spool's disk has room. The spool stops before it is out of it; others on that disk may not.</summary>
internal sealed class SpoolCheck(SpoolFiles files) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.FromResult(
                files.Measure().DiskLeft >= 0
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Unhealthy("The spool's disk has less free than Insight__MinFreeBytes."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The spool cannot be looked at."));
        }
    }
}
