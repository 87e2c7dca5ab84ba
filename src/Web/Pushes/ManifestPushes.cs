using System.Security.Cryptography;
using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Pushes;

/// <summary>
/// Takes manifests and indexes whose parts are here, and queues the analysis of those that are tagged.
/// </summary>
internal sealed class ManifestPushes(
    PushStore store, AnalysisIntake intake, LayerStore layers, InsightSettings settings)
{
    public async Task<TakenManifest> TakeAsync(
        PushedReference pushed, string? mediaType, byte[] bytes, CancellationToken cancellationToken)
    {
        var (host, repository, tagOrDigest) = pushed;
        var digest = Digest.FromHash(SHA256.HashData(bytes));
        var byDigest = tagOrDigest.Contains(':', StringComparison.Ordinal);
        if (byDigest && tagOrDigest != digest.ToString())
            throw new PushException(
                StatusCodes.Status400BadRequest, PushErrors.DigestInvalid,
                $"The manifest has the sha256 {digest}, not {tagOrDigest}.");
        if (!ImageReference.TryParse(
            $"{host}/{repository}{(byDigest ? "" : ":" + tagOrDigest)}@{digest}", out var reference, out var error))
            throw new PushException(
                StatusCodes.Status400BadRequest, byDigest ? PushErrors.NameInvalid : PushErrors.TagInvalid, error);
        CheckType(mediaType);
        var parts = Read(bytes, mediaType);
        CheckType(parts.MediaType);
        await CheckPartsAsync(repository, parts, cancellationToken);
        await store.SaveManifestAsync(
            repository, byDigest ? null : tagOrDigest, new PushedManifest(digest.ToString(), parts.MediaType, bytes),
            cancellationToken);
        Guid? analysis = parts.IsImage && !byDigest
            ? await intake.EnqueuePushAsync(
                $"{repository}:{tagOrDigest}", reference.ToString(), parts.LayerBytes, cancellationToken)
            : null;
        return new TakenManifest(digest, parts.Subject, analysis);
    }

    /// <summary>It is given back as it was stated, so nothing but the four is taken.</summary>
    private static void CheckType(string? mediaType)
    {
        if (mediaType is not null && !ManifestParts.MediaTypes.Contains(mediaType, StringComparer.Ordinal))
            throw new PushException(
                StatusCodes.Status415UnsupportedMediaType, PushErrors.ManifestInvalid,
                $"A manifest has one of these media types: {string.Join(", ", ManifestParts.MediaTypes)}.");
    }

    private async Task CheckPartsAsync(string repository, ManifestParts parts, CancellationToken cancellationToken)
    {
        foreach (var part in parts.Blobs)
            if (await store.FindBlobAsync(part, cancellationToken) is null
                && await layers.SizeOfAsync(Digest.Parse(part), cancellationToken) is null)
                throw Missing($"The manifest names the blob {part}, which was not pushed.");
        foreach (var part in parts.Manifests)
            if (await store.FindManifestAsync(repository, part, cancellationToken) is null)
                throw Missing($"The index names the manifest {part}, which was not pushed.");

        static PushException Missing(string detail) =>
            new(StatusCodes.Status400BadRequest, PushErrors.ManifestBlobUnknown, detail);
    }

    private ManifestParts Read(byte[] bytes, string? mediaType)
    {
        try
        {
            return ManifestParts.Read(bytes, mediaType, settings.Limits);
        }
        catch (ImageException e)
        {
            throw new PushException(
                StatusCodes.Status400BadRequest, PushErrors.ManifestInvalid, ImageErrorText.Describe(e));
        }
    }
}

/// <param name="Host">The name under which the client reached this service; part of the reference.</param>
/// <param name="TagOrDigest">With a digest nothing is queued: so the parts of an index arrive before it.</param>
internal sealed record PushedReference(string Host, string Repository, string TagOrDigest);

/// <param name="Subject">Of a referrer: what it refers to.</param>
/// <param name="Analysis">Null when there is nothing to analyse.</param>
internal sealed record TakenManifest(Digest Digest, string? Subject, Guid? Analysis);
