using System.Text.Json.Serialization;
using ImageInsight.Web.Access;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;
using Scalar.AspNetCore;

namespace ImageInsight.Web.Api;

internal static class ApiRegistration
{
    public static IServiceCollection AddInsightApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddOpenApi("v1", ApiDocument.Describe);
        services.ConfigureHttpJsonOptions(
            o => o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        // Else a body or a parameter that cannot be read is answered without a word of what is wrong with it.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready", tags: ["ready"]);
        services.AddSingleton<DoneAnalyses>().AddSingleton<UploadIntake>().AddSingleton<OptimizedDownloads>();
        return services;
    }

    public static void MapInsightApi(this WebApplication app)
    {
        var api = app.MapGroup("/api");
        api.CanFailCommonly();
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
            "/docs/api",
            // Nothing that would send the document to somebody else's service.
            (o, context) => o.WithTitle("ImageInsight API").DisableDefaultFonts().DisableAgent().HideDeveloperTools()
                .WithNonce(ScriptNonce.For(context)))
            .WithMetadata(EndpointMarks.Page.Mark).ExcludeFromDescription();
    }

    public static void MapInsightHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", HealthText.For(_ => false)).AllowAnonymous()
            .WithMetadata(EndpointMarks.AnyHost.Mark);
        app.MapHealthChecks("/health/ready", HealthText.For(c => c.Tags.Contains("ready")))
            .AllowAnonymous().WithMetadata(EndpointMarks.AnyHost.Mark);
    }
}
