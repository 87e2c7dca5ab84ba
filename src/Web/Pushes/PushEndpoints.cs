namespace ImageInsight.Web.Pushes;

/// <summary>
/// The push category of the OCI distribution specification v1.1, so that `docker push` sends this service an image;
/// each handler names its endpoint there. Only what pushing needs can be read back.
/// </summary>
internal static class PushEndpoints
{
    public const string DigestHeader = "Docker-Content-Digest";

    public static void MapPushes(this WebApplication app)
    {
        var v2 = app.MapGroup("/v2").ExcludeFromDescription().DisableAntiforgery().WithMetadata(new PushErrors());
        v2.MapMethods("/", ["GET", "HEAD"], () => Results.Json(new { }));
        v2.MapMethods("/{**path}", ["GET", "HEAD"], ReadAsync);
        v2.MapPost("/{**path}", BeginAsync);
        v2.MapPatch("/{**path}", ChunkAsync);
        v2.MapPut("/{**path}", PutAsync);
        v2.MapDelete("/{**path}", Delete);
    }

    public static IResult Error(int status, string code, string detail) => PushErrors.Answer(status, code, detail);

    // end-2, end-3, end-13
    private static Task<IResult> ReadAsync(
        string path, HttpContext context, BlobRequests blobs, ManifestRequests manifests,
        CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        return route.Target switch
        {
            PushTarget.Upload => Task.FromResult(blobs.Status(route, context)),
            PushTarget.Manifest => manifests.ReadAsync(route, context, cancellationToken),
            PushTarget.Blob => blobs.ReadAsync(route, context, cancellationToken),
            _ => throw PushException.BadPath(path),
        };
    }

    // end-4a, end-4b, end-11
    private static Task<IResult> BeginAsync(
        string path, HttpContext context, BlobRequests blobs, CancellationToken cancellationToken) =>
        PushRoute.Parse(path) is { Target: PushTarget.NewUpload } route
            ? blobs.BeginAsync(route, context, cancellationToken)
            : throw PushException.BadPath(path);

    // end-5
    private static Task<IResult> ChunkAsync(
        string path, HttpContext context, BlobRequests blobs, CancellationToken cancellationToken) =>
        PushRoute.Parse(path) is { Target: PushTarget.Upload } route
            ? blobs.AppendAsync(route, context, cancellationToken)
            : throw PushException.BadPath(path);

    // end-6, end-7
    private static Task<IResult> PutAsync(
        string path, HttpContext context, BlobRequests blobs, ManifestRequests manifests,
        CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        return route.Target switch
        {
            PushTarget.Manifest => manifests.TakeAsync(route, context, cancellationToken),
            PushTarget.Upload => blobs.CompleteAsync(route, context, cancellationToken),
            _ => throw PushException.BadPath(path),
        };
    }

    // An upload may be given up; what was analysed is deleted by its own page.
    private static IResult Delete(string path, BlobUploads uploads)
    {
        var route = PushRoute.Parse(path);
        if (route.Target != PushTarget.Upload)
            throw new PushException(
                StatusCodes.Status405MethodNotAllowed, PushErrors.Unsupported,
                "Only uploads can be deleted here; images are deleted on their pages.");
        uploads.Cancel(route.Name);
        return Results.NoContent();
    }
}
