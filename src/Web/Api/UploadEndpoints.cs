using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>
/// Takes image archives: the raw body of a PUT, or the file of a multipart POST. Neither is held in memory.
/// </summary>
internal static class UploadEndpoints
{
    public static void MapUploads(this IEndpointRouteBuilder api)
    {
        api.MapPut("/images/upload", PutAsync).WithTags("Images")
            .WithName("UploadImage")
            .WithSummary("Upload an image archive as the request body")
            .WithDescription(
                "`docker save app:1.2 | curl -T - \"http://HOST/api/images/upload?name=app:1.2\"`. "
                + "The length need not be known, and whatever the content type says, the body is the archive.")
            // Programs send forms' type with any body: curl --data-binary, Python's urllib.
            .Accepts<Stream>("application/x-tar", "application/octet-stream", "*/*")
            .CanFail(UploadIntake.Problems);
        api.MapPost("/images/upload", PostAsync).WithTags("Images")
            .WithName("UploadImageForm")
            .WithSummary("Upload an image archive as the field file of a form")
            .WithDescription("`curl -F file=@image.tar http://HOST/api/images/upload`")
            .Accepts<UploadForm>("multipart/form-data")
            .CanFail(UploadIntake.Problems)
            .CanFail(ProblemKinds.FileMissing)
            .DisableAntiforgery();
    }

    private static async Task<Accepted<AcceptedAnswer>> PutAsync(
        [AsParameters] UploadQuery asked, HttpContext context, UploadIntake intake, LongBody longBody,
        CancellationToken cancellationToken)
    {
        var cut = longBody.Allow(context);
        await intake.CheckAsync(asked.Id, cancellationToken);
        var name = UploadName.Choose(asked.Name);
        return AcceptedAnswer.For(await intake.TakeAsync(
            context.Request.Body, name, asked.Id, context.Request.ContentLength, cut, cancellationToken));
    }

    private static async Task<Accepted<AcceptedAnswer>> PostAsync(
        [AsParameters] UploadQuery asked, HttpContext context, UploadIntake intake, LongBody longBody,
        CancellationToken cancellationToken)
    {
        var cut = longBody.Allow(context);
        await intake.CheckAsync(asked.Id, cancellationToken);
        var (body, fileName) = await UploadedForm.OpenAsync(context.Request, cancellationToken);
        var name = UploadName.Choose(asked.Name, fileName);
        return AcceptedAnswer.For(await intake.TakeAsync(
            body, name, asked.Id, context.Request.ContentLength, cut, cancellationToken));
    }
}

/// <summary>A form with the archive in it.</summary>
internal sealed record UploadForm(IFormFile File);
