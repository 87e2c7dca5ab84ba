using ImageInsight.Web.Access;
using System.Text.Json.Serialization;
using Scalar.AspNetCore;

namespace ImageInsight.Web.Api;

internal static class ApiRegistration
{
    public static IServiceCollection AddInsightApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddOpenApi("v1", o => o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ImageInsight";
            document.Info.Version = "v1";
            document.Info.Description =
                "What is inside container images, what every byte of it costs, and what can go. Byte counts are 64-bit integers: " +
                "disk bytes are uncompressed file content, pull bytes are shares of the compressed layers. Errors are RFC 9457 problem details with a stable `code`.";
            // The address depends on where the service runs.
            document.Servers?.Clear();
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready", tags: ["ready"]);
        return services;
    }

    public static void MapInsightApi(this WebApplication app)
    {
        var api = app.MapGroup("/api");
        api.MapUploads();
        api.MapReferences();
        api.MapCredentials();
        api.MapWatches();
        api.MapAnalyses();
        api.MapContents();
        api.MapFindings();
        api.MapGate();
        api.MapBases();
        api.MapDockerfiles();
        api.MapOptimized();
        api.MapPackages();
        api.MapShares();
        app.MapOpenApi();
        app.MapScalarApiReference(
            "/docs/api", (o, context) => o.WithTitle("ImageInsight API").DisableDefaultFonts().WithNonce(ScriptNonce.For(context)))
            .WithMetadata(EndpointMarks.Page.Mark).ExcludeFromDescription();
    }

    public static void MapInsightHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous().WithMetadata(EndpointMarks.AnyHost.Mark);
        app.MapHealthChecks("/health/ready", new() { Predicate = c => c.Tags.Contains("ready") })
            .AllowAnonymous().WithMetadata(EndpointMarks.AnyHost.Mark);
    }
}
