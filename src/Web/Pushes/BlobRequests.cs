using System.Globalization;
using System.Net.Http.Headers;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>Requests about blobs and their uploads.</summary>
internal sealed class BlobRequests(
    BlobUploads uploads, PushStore store, LayerStore layers, SpoolFolder spool, LongBody longBody)
{
    public IResult Status(PushRoute route, HttpContext context) =>
        Progress(context, route, uploads.LengthOf(route.Name), StatusCodes.Status204NoContent);

    public async Task<IResult> ReadAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        var digest = ParseDigest(route.Name);
        context.Response.Headers[PushEndpoints.DigestHeader] = digest.ToString();
        if (await store.FindBlobAsync(digest.ToString(), cancellationToken) is { } blob
            && File.Exists(spool.PathOf(blob.SpoolName)))
            return Results.File(spool.PathOf(blob.SpoolName), "application/octet-stream", enableRangeProcessing: true);
        // Its bytes are gone, but what is in it is known: it need not be sent again.
        if (HttpMethods.IsHead(context.Request.Method)
            && await layers.SizeOfAsync(digest, cancellationToken) is { } size)
        {
            context.Response.ContentLength = size;
            return Results.Empty;
        }

        throw PushException.NoBlob(digest.ToString());
    }

    /// <summary>
    /// With <c>mount</c> there may be nothing to send, with <c>digest</c> the whole blob is the body.
    /// </summary>
    public async Task<IResult> BeginAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        // Blobs belong to no repository here: what one has, all have.
        if (Digest.TryParse(context.Request.Query["mount"], out var wanted)
            && await IsHeldAsync(wanted, cancellationToken))
            return Created(context, route, wanted);
        if (StatedDigest(context) is not { } digest)
            return Progress(context, route with { Name = uploads.Begin() }, 0, StatusCodes.Status202Accepted);
        var stated = ParseDigest(digest);
        longBody.Allow(context);
        await uploads.TakeWholeAsync(stated, context.Request.Body, cancellationToken);
        return Created(context, route, stated);
    }

    public async Task<IResult> AppendAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        longBody.Allow(context);
        var length = await uploads.AppendAsync(
            route.Name, StartOf(context.Request), context.Request.Body, cancellationToken);
        return Progress(context, route, length, StatusCodes.Status202Accepted);
    }

    public async Task<IResult> CompleteAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        longBody.Allow(context);
        var stated = ParseDigest(StatedDigest(context));
        await uploads.AppendAsync(route.Name, StartOf(context.Request), context.Request.Body, cancellationToken);
        await uploads.CompleteAsync(route.Name, stated, cancellationToken);
        return Created(context, route, stated);
    }

    private async Task<bool> IsHeldAsync(Digest digest, CancellationToken cancellationToken) =>
        await store.FindBlobAsync(digest.ToString(), cancellationToken) is not null
        || await layers.SizeOfAsync(digest, cancellationToken) is not null;

    private static IResult Progress(HttpContext context, PushRoute route, long length, int status)
    {
        context.Response.Headers.Location = $"/v2/{route.Repository}/blobs/uploads/{route.Name}";
        context.Response.Headers["Docker-Upload-UUID"] = route.Name;
        // The specification's range is inclusive, and 0-0 stands for nothing too.
        context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
        return Results.StatusCode(status);
    }

    private static IResult Created(HttpContext context, PushRoute route, Digest digest)
    {
        context.Response.Headers[PushEndpoints.DigestHeader] = digest.ToString();
        return Results.Created($"/v2/{route.Repository}/blobs/{digest}", null);
    }

    private static string? StatedDigest(HttpContext context) => context.Request.Query["digest"];

    private static Digest ParseDigest(string? text) =>
        Digest.TryParse(text, out var digest) ? digest : throw PushException.BadDigest(text);

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
            : throw new PushException(
                StatusCodes.Status416RangeNotSatisfiable, PushErrors.BlobUploadInvalid, "Content-Range is START-END.");
    }
}
