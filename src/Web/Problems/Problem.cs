using ImageInsight.Data.Queue;
using ImageInsight.Web.Spool;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Problems;

/// <summary>Errors as RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problem
{
    public static IResult Result(int status, string code, string detail) => TypedResults.Problem(Details(status, code, detail));

    public static IResult NotFound() => Result(
        StatusCodes.Status404NotFound, "analysis-not-found", "There is no such analysis. It may have been deleted.");

    public static IResult BadOwner() => Result(StatusCodes.Status400BadRequest, "bad-owner", "of must be all, base or yours.");

    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Details(status, code, detail), options: null, contentType: "application/problem+json; charset=utf-8");
    }

    public static void UseInsightProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,
            SuppressDiagnosticsCallback = c => c.Exception is UploadException or BadHttpRequestException or OperationCanceledException,
        });
    }

    /// <summary>For a status code that nothing was said with.</summary>
    public static Task WriteBareAsync(HttpContext context) =>
        WriteAsync(context, context.Response.StatusCode, CodeOf(context.Response.StatusCode), DetailOf(context));

    private static Task HandleAsync(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            UploadException e => WriteAsync(context, e.Status, e.Code, e.Message),
            BadHttpRequestException e => WriteAsync(context, e.StatusCode, CodeOf(e.StatusCode), e.Message),
            _ => WriteAsync(
                context, StatusCodes.Status500InternalServerError, AnalysisErrors.ServiceError,
                "The service met an error of its own; its log says more. Trace: " + context.TraceIdentifier),
        };

    private static ProblemDetails Details(int status, string code, string detail) => new()
    {
        Status = status,
        Title = TextOf(status),
        Detail = detail,
        Extensions = { ["code"] = code },
    };

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad-request",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "body-too-large",
        StatusCodes.Status415UnsupportedMediaType => "media-type-not-supported",
        _ => "http-" + status,
    };

    private static string DetailOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"The API has no {context.Request.Path}. Identifiers are UUIDs; /docs/api lists what there is.",
        StatusCodes.Status405MethodNotAllowed when context.Response.Headers.Allow is { Count: > 0 } allowed =>
            $"{context.Request.Path} does not take {context.Request.Method}, but {allowed}.",
        StatusCodes.Status415UnsupportedMediaType => $"{context.Request.Path} does not take a body of type {context.Request.ContentType ?? "none"}; /docs/api says which.",
        var status => TextOf(status),
    };

    private static string TextOf(int status) =>
        Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } text ? text : "Error";
}
