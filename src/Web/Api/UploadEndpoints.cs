using ImageInsight.Data.Queue;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageInsight.Web.Api;

/// <summary>Takes image archives: the raw body of a PUT, or the file of a multipart POST. Neither is held in memory.</summary>
internal static class UploadEndpoints
{
    public static void MapUploads(this IEndpointRouteBuilder api)
    {
        api.MapPut("/images/upload", PutAsync)
            .WithName("UploadImage")
            .WithSummary("Upload an image archive as the request body")
            .WithDescription("`docker save app:1.2 | curl -T - \"http://HOST/api/images/upload?name=app:1.2\"`. The length need not be known.")
            .Accepts<Stream>("application/x-tar", "application/octet-stream")
            .Produces<Accepted>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        api.MapPost("/images/upload", PostAsync)
            .WithName("UploadImageForm")
            .WithSummary("Upload an image archive as the form field `file`")
            .WithDescription("`curl -F file=@image.tar http://HOST/api/images/upload`")
            .Accepts<IFormFile>("multipart/form-data")
            .Produces<Accepted>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .DisableAntiforgery();
    }

    private static async Task<IResult> PutAsync(
        string? name, HttpContext context, SpoolFolder spool, AnalysisIntake intake, InsightSettings settings, CancellationToken cancellationToken)
    {
        LongBody.Allow(context, settings);
        return await TakeAsync(context.Request.Body, UploadName.Of(name), context, spool, intake, cancellationToken);
    }

    private static async Task<IResult> PostAsync(
        string? name, HttpContext context, SpoolFolder spool, AnalysisIntake intake, InsightSettings settings, CancellationToken cancellationToken)
    {
        LongBody.Allow(context, settings);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            return Problem.Result(
                StatusCodes.Status415UnsupportedMediaType, "media-type-not-supported", "Send multipart/form-data with the field 'file', or PUT the bytes as the body.");
        return await FileAsync(new MultipartReader(boundary, context.Request.Body), cancellationToken) is { FileStream: not null } file
            ? await TakeAsync(file.FileStream, UploadName.Of(name, file.FileName), context, spool, intake, cancellationToken)
            : Problem.Result(StatusCodes.Status400BadRequest, "file-missing", "The form has no field 'file' with a file in it.");
    }

    private static async Task<FileMultipartSection?> FileAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                if (section.AsFileSection() is { Name: "file" } file)
                    return file;
            return null;
        }
        catch (IOException e)
        {
            throw UploadException.Incomplete(e);
        }
        catch (InvalidDataException e)
        {
            throw new UploadException(StatusCodes.Status400BadRequest, "bad-request", "The form is malformed: " + e.Message);
        }
    }

    private static async Task<IResult> TakeAsync(
        Stream body, string name, HttpContext context, SpoolFolder spool, AnalysisIntake intake, CancellationToken cancellationToken)
    {
        SpooledUpload upload;
        try
        {
            upload = await spool.WriteAsync(body, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or UploadException { InnerException: not null } && context.RequestAborted.IsCancellationRequested)
        {
            // The sender went away; nothing is kept and nobody reads the answer.
            return Results.Empty;
        }

        try
        {
            // From here on the bytes are whole: the analysis is queued even when the sender hangs up now.
            var id = await intake.EnqueueUploadAsync(name, upload, CancellationToken.None);
            return TypedResults.Accepted($"/api/analyses/{id}", new Accepted(id, $"/images/{id}"));
        }
        catch
        {
            spool.Delete(upload.SpoolName);
            throw;
        }
    }
}
