using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ImageInsight.Web.Configuration;

internal static class Telemetry
{
    public const string Name = "ImageInsight";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> UploadedBytes = Meter.CreateCounter<long>(
        "insight.upload.bytes", "By", "Bytes of uploads that were taken");

    /// <summary>Its count by outcome is the number of analyses.</summary>
    public static readonly Histogram<double> AnalysisSeconds = Meter.CreateHistogram<double>(
        "insight.analysis.duration", "s", "Time from claiming an analysis to its end");

    public static IServiceCollection AddInsightTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry()
            .WithTracing(t => t.AddAspNetCoreInstrumentation(o => o.Filter = IsTraced).AddSource(Name))
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter(Name));
        // Nothing is sent anywhere unless a collector is named.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            telemetry.WithTracing(t => t.AddOtlpExporter());
            telemetry.WithMetrics(m => m.AddOtlpExporter());
        }

        return services;
    }

    /// <summary>A trace holds the path, and the path of a shared page is its key.</summary>
    private static bool IsTraced(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/s", StringComparison.OrdinalIgnoreCase);
}
