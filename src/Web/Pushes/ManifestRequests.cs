using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>Requests about manifests and indexes.</summary>
internal sealed class ManifestRequests(
    ManifestPushes manifests, PushStore store, InsightSettings settings, LongBody longBody)
{
    /// <summary>The path of the analysis that a manifest led to.</summary>
    private const string AnalysisHeader = "Insight-Analysis";

    public async Task<IResult> ReadAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        var manifest = await store.FindManifestAsync(route.Repository, route.Name, cancellationToken)
            ?? throw new PushException(
                StatusCodes.Status404NotFound, PushErrors.ManifestUnknown,
                $"{route.Repository} has no manifest '{route.Name}'.");
        context.Response.Headers[PushEndpoints.DigestHeader] = manifest.Digest;
        return Results.Bytes(manifest.Bytes, manifest.MediaType);
    }

    public async Task<IResult> TakeAsync(PushRoute route, HttpContext context, CancellationToken cancellationToken)
    {
        longBody.Allow(context);
        var bytes = await ReadBodyAsync(context.Request, settings.Limits.MaxJsonBytes, cancellationToken);
        var pushed = new PushedReference(context.Request.Host.Value!, route.Repository, route.Name);
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        var taken = await manifests.TakeAsync(pushed, type, bytes, cancellationToken);
        context.Response.Headers[PushEndpoints.DigestHeader] = taken.Digest.ToString();
        if (taken.Subject is not null)
            context.Response.Headers["OCI-Subject"] = taken.Subject;
        if (taken.Analysis is { } id)
            context.Response.Headers[AnalysisHeader] = $"/api/analyses/{id}";
        return Results.Created($"/v2/{route.Repository}/manifests/{taken.Digest}", null);
    }

    private static async Task<byte[]> ReadBodyAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > maxBytes)
                throw new PushException(
                    StatusCodes.Status413PayloadTooLarge, PushErrors.ManifestInvalid,
                    $"The manifest has more than {maxBytes} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
