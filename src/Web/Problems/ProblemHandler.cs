using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using Microsoft.AspNetCore.Diagnostics;

namespace ImageInsight.Web.Problems;

/// <summary>
/// The one place where an error of the domain becomes an answer: problem details, or the form that the endpoint's
/// clients expect.
/// </summary>
internal static class ProblemHandler
{
    /// <summary>A database that restarts is back within seconds, and so is the service itself.</summary>
    private const int RetryAfterSeconds = 5;

    public static void UseInsightProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,
            AllowStatusCode404Response = true,
            // The sender's doing, or a registry's: nothing for the log of this service.
            SuppressDiagnosticsCallback = c => c.Exception
                is ProblemException or ImageException or AnalysisIdTakenException or BadHttpRequestException
                    or OperationCanceledException,
        });
    }

    private static Task HandleAsync(HttpContext context)
    {
        // Nobody reads the answer.
        if (context.RequestAborted.IsCancellationRequested)
            return Task.CompletedTask;
        var feature = context.Features.Get<IExceptionHandlerFeature>()!;
        var (kind, detail) = Read(feature.Error, context);
        if (kind == ProblemKinds.DatabaseUnavailable || kind == ProblemKinds.ServiceStopping)
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = kind.Status;
        return feature.Endpoint?.Metadata.GetMetadata<IErrorForm>() is { } form
            ? form.WriteAsync(context, kind, detail)
            : Problem.WriteAsync(context, kind, detail);
    }

    private static (ProblemKind Kind, string Detail) Read(Exception error, HttpContext context) => error switch
    {
        ProblemException e => (e.Kind, e.Message),
        ImageException e => (ImageProblems.KindOf(e.Code), ImageErrorText.Describe(e)),
        AnalysisIdTakenException e => (ProblemKinds.IdTaken, e.Message + " Choose another id."),
        StoredLayerException e => (ProblemKinds.StoredLayerDamaged, e.Message),
        BadHttpRequestException e => (BadRequests.KindOf(e.StatusCode), BadRequests.DetailOf(e)),
        _ when DatabaseTrouble.IsUnavailable(error) => (
            ProblemKinds.DatabaseUnavailable,
            "The database does not answer, most likely because it restarts. Try again in a moment."),
        _ => (
            ProblemKinds.ServiceError,
            "The service met an error of its own; its log says more. Trace: " + context.TraceIdentifier),
    };
}
