using System.Globalization;
using System.Net.Http.Headers;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Access;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>
/// The push category of the OCI distribution specification v1.1, so that `docker push` sends this service an image; each
/// handler names its endpoint there. Only what pushing needs can be read back.
/// </summary>
internal static class PushEndpoints
{
    /// <summary>The path of the analysis that a manifest led to.</summary>
    public const string AnalysisHeader = "Insight-Analysis";

    private const string DigestHeader = "Docker-Content-Digest";

    public static void MapPushes(this WebApplication app)
    {
        var v2 = app.MapGroup("/v2").ExcludeFromDescription().DisableAntiforgery().WithMetadata(EndpointMarks.RegistryApi.Mark);
        v2.AddEndpointFilter(SayErrorsAsync);
        v2.MapMethods("/", ["GET", "HEAD"], () => Results.Json(new { }));
        v2.MapMethods("/{**path}", ["GET", "HEAD"], ReadAsync);
        v2.MapPost("/{**path}", BeginAsync);
        v2.MapPatch("/{**path}", ChunkAsync);
        v2.MapPut("/{**path}", PutAsync);
        v2.MapDelete("/{**path}", Delete);
    }

    // end-2, end-3, end-13
    private static async Task<IResult> ReadAsync(
        string path, HttpContext context, BlobUploads uploads, PushStore store, LayerStore layers, SpoolFolder spool, CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        switch (route.Target)
        {
            case PushTarget.Upload:
                return Status(context, route, uploads.LengthOf(route.Name), StatusCodes.Status204NoContent);
            case PushTarget.Manifest:
                var manifest = await store.FindManifestAsync(route.Repository, route.Name, cancellationToken)
                    ?? throw new PushException(StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", $"{route.Repository} has no manifest '{route.Name}'.");
                context.Response.Headers[DigestHeader] = manifest.Digest;
                return Results.Bytes(manifest.Bytes, manifest.MediaType);
            case PushTarget.Blob:
                return await BlobAsync(route, context, store, layers, spool, cancellationToken);
            default:
                throw Unknown(path);
        }
    }

    private static async Task<IResult> BlobAsync(
        PushRoute route, HttpContext context, PushStore store, LayerStore layers, SpoolFolder spool, CancellationToken cancellationToken)
    {
        var digest = DigestOf(route.Name);
        context.Response.Headers[DigestHeader] = digest.ToString();
        if (await store.FindBlobAsync(digest.ToString(), cancellationToken) is { } blob && File.Exists(spool.PathOf(blob.SpoolName)))
            return Results.File(spool.PathOf(blob.SpoolName), "application/octet-stream", enableRangeProcessing: true);
        // Its bytes are gone, but what is in it is known: it need not be sent again.
        if (HttpMethods.IsHead(context.Request.Method) && await layers.SizeOfAsync(digest, cancellationToken) is { } size)
        {
            context.Response.ContentLength = size;
            return Results.Empty;
        }

        throw PushException.NoBlob(digest.ToString());
    }

    // end-4a, end-4b, end-11
    private static async Task<IResult> BeginAsync(
        string path, string? digest, string? mount, HttpContext context, BlobUploads uploads, PushStore store, LayerStore layers,
        InsightSettings settings, CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        if (route.Target != PushTarget.NewUpload)
            throw Unknown(path);
        // Blobs belong to no repository here: what one has, all have.
        if (mount is not null && Digest.TryParse(mount, out var wanted)
            && (await store.FindBlobAsync(mount, cancellationToken) is not null || await layers.SizeOfAsync(wanted, cancellationToken) is not null))
            return Made(context, route, wanted);
        if (digest is null)
            return Status(context, route with { Name = uploads.Begin() }, 0, StatusCodes.Status202Accepted);
        var stated = DigestOf(digest);
        LongBody.Allow(context, settings);
        var id = uploads.Begin();
        await uploads.AppendAsync(id, from: null, context.Request.Body, cancellationToken);
        await uploads.CompleteAsync(id, stated, cancellationToken);
        return Made(context, route, stated);
    }

    // end-5
    private static async Task<IResult> ChunkAsync(
        string path, HttpContext context, BlobUploads uploads, InsightSettings settings, CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        if (route.Target != PushTarget.Upload)
            throw Unknown(path);
        LongBody.Allow(context, settings);
        var length = await uploads.AppendAsync(route.Name, StartOf(context.Request), context.Request.Body, cancellationToken);
        return Status(context, route, length, StatusCodes.Status202Accepted);
    }

    // end-6, end-7
    private static async Task<IResult> PutAsync(
        string path, string? digest, HttpContext context, BlobUploads uploads, ManifestPushes manifests, InsightSettings settings,
        CancellationToken cancellationToken)
    {
        var route = PushRoute.Parse(path);
        LongBody.Allow(context, settings);
        if (route.Target == PushTarget.Manifest)
            return await ManifestAsync(route, context, manifests, settings, cancellationToken);
        if (route.Target != PushTarget.Upload)
            throw Unknown(path);
        var stated = DigestOf(digest);
        await uploads.AppendAsync(route.Name, StartOf(context.Request), context.Request.Body, cancellationToken);
        await uploads.CompleteAsync(route.Name, stated, cancellationToken);
        return Made(context, route, stated);
    }

    private static async Task<IResult> ManifestAsync(
        PushRoute route, HttpContext context, ManifestPushes manifests, InsightSettings settings, CancellationToken cancellationToken)
    {
        var bytes = await ReadBodyAsync(context.Request, settings.Limits.MaxJsonBytes, cancellationToken);
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        var taken = await manifests.TakeAsync(context.Request.Host.Value!, route.Repository, route.Name, type, bytes, cancellationToken);
        context.Response.Headers[DigestHeader] = taken.Digest.ToString();
        if (taken.Subject is not null)
            context.Response.Headers["OCI-Subject"] = taken.Subject;
        if (taken.Analysis is { } id)
            context.Response.Headers[AnalysisHeader] = $"/api/analyses/{id}";
        return Results.Created($"/v2/{route.Repository}/manifests/{taken.Digest}", null);
    }

    // An upload may be given up; what was analysed is deleted by its own page.
    private static IResult Delete(string path, BlobUploads uploads)
    {
        var route = PushRoute.Parse(path);
        if (route.Target != PushTarget.Upload)
            throw new PushException(StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED", "Only uploads can be deleted here; images are deleted on their pages.");
        uploads.Cancel(route.Name);
        return Results.NoContent();
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > maxBytes)
                throw new PushException(StatusCodes.Status413PayloadTooLarge, "MANIFEST_INVALID", $"The manifest has more than {maxBytes} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static IResult Status(HttpContext context, PushRoute route, long length, int status)
    {
        context.Response.Headers.Location = $"/v2/{route.Repository}/blobs/uploads/{route.Name}";
        context.Response.Headers["Docker-Upload-UUID"] = route.Name;
        // The specification's range is inclusive, and 0-0 stands for nothing too.
        context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
        return Results.StatusCode(status);
    }

    private static IResult Made(HttpContext context, PushRoute route, Digest digest)
    {
        context.Response.Headers[DigestHeader] = digest.ToString();
        return Results.Created($"/v2/{route.Repository}/blobs/{digest}", null);
    }

    private static Digest DigestOf(string? text) => Digest.TryParse(text, out var digest) ? digest : throw PushException.BadDigest(text);

    /// <summary>Clients write <c>0-1023</c>, some <c>bytes 0-1023/*</c>.</summary>
    private static long? StartOf(HttpRequest request)
    {
        var text = request.Headers.ContentRange.ToString();
        if (text.Length == 0)
            return null;
        if (ContentRangeHeaderValue.TryParse(text, out var range) && range.From is { } from)
            return from;
        return long.TryParse(text.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start
            : throw new PushException(StatusCodes.Status416RangeNotSatisfiable, "BLOB_UPLOAD_INVALID", "Content-Range is START-END.");
    }

    private static PushException Unknown(string path) => new(
        StatusCodes.Status404NotFound, "NAME_INVALID",
        path.Length > 300 ? "There is no such endpoint." : $"'{path}' names no blob, upload or manifest of a repository.");

    private static async ValueTask<object?> SayErrorsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (PushException e)
        {
            return Error(e.Status, e.Code, e.Message);
        }
        catch (UploadException e)
        {
            return Error(e.Status, "SIZE_INVALID", e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // The client went away; what arrived stays for it to go on.
            return Results.Empty;
        }
    }

    public static IResult Error(int status, string code, string detail) =>
        Results.Json(new { errors = new[] { new { code, message = detail } } }, statusCode: status);
}
