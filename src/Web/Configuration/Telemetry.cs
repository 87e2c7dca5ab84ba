using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ImageInsight.Web.Configuration;

internal static class Telemetry
{
    public const string Name = "ImageInsight";

    public static IServiceCollection AddInsightTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry()
            .WithTracing(t => t.AddAspNetCoreInstrumentation().AddSource(Name))
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter(Name));
        // Nothing is sent anywhere unless a collector is named.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            telemetry.WithTracing(t => t.AddOtlpExporter());
            telemetry.WithMetrics(m => m.AddOtlpExporter());
        }

        return services;
    }
}
