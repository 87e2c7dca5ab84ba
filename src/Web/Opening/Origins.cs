using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Pushes;
using ImageInsight.Web.Registries;
using ImageInsight.Web.Spool;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Web.Opening;

/// <summary>Opens what an analysis is of: an uploaded archive, a reference in a registry, what was pushed.</summary>
internal sealed class Origins(
    SpoolFolder spool, RegistryHttp http, CredentialVault vault, LayerStore layers, PushStore pushes,
    InsightSettings settings)
{
    /// <param name="imageKey">Of one of its images; null for all, or for what the origin asked for.</param>
    /// <param name="listedIn">Digest of the index that lists that image; null when it is not known, or what it says
    /// beside the image is not needed.</param>
    /// <param name="unpacked">Of an upload that is compressed as a whole, where it is unpacked already.</param>
    public Task<OpenedOrigin> OpenAsync(
        ImageOrigin origin, string? imageKey, string? listedIn, SafeFileHandle? unpacked,
        CancellationToken cancellationToken) =>
        origin.Source == ImageSource.Upload ? OpenUploadAsync(origin, imageKey, unpacked, cancellationToken)
            : OpenReferenceAsync(origin, imageKey, listedIn, cancellationToken);

    private async Task<OpenedOrigin> OpenUploadAsync(
        ImageOrigin origin, string? imageKey, SafeFileHandle? unpacked, CancellationToken cancellationToken)
    {
        var arrived = origin.Arrived;
        ImageArchive archive;
        try
        {
            archive = await ImageArchive.OpenAsync(
                spool.PathOf(origin.SpoolName!), settings.SpoolDirectory, settings.Limits,
                new ArrivedArchive(arrived, unpacked), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw new ImageException(
                ProblemKinds.BytesGoneCode,
                "The uploaded file is no longer kept (Insight__Spool__KeepHours). Upload it again.");
        }

        var images = archive.Images.Where(i => imageKey is null || i.Key == imageKey)
            .Select(i => new OpenedImage(i.Key, i.Platform, i.Tags, i.Error, _ => Task.FromResult(i)));
        // A config claims what an upload's layers are; so all of it is read, if not on arrival, then now.
        return new OpenedOrigin(archive, OwnFirst(images), arrived.Count > 0 ? layers : null, archive);
    }

    private async Task<OpenedOrigin> OpenReferenceAsync(
        ImageOrigin origin, string? imageKey, string? listedIn, CancellationToken cancellationToken)
    {
        if (origin.CredentialLost)
            throw new ImageException(
                ProblemKinds.CredentialGoneCode,
                "The login of this pull is no longer kept. Pull the reference again, with a login or a saved one.");
        if (!ImageReference.TryParse(origin.Reference, out var reference, out var error))
            throw new ImageException(ImageErrors.ReferenceInvalid, error);
        var source = await OpenSourceAsync(origin, reference, imageKey, listedIn, cancellationToken);
        try
        {
            var order = new PullOrder(reference, origin.Platform);
            IEnumerable<ImageCandidate> chosen = imageKey is not null
                ? source.Candidates.Where(c => c.Manifest.ToString() == imageKey)
                : origin.Platform == PullOrder.AllPlatforms ? source.Candidates : [source.Choose(order.OnlyPlatform)];
            return new OpenedOrigin(source, OwnFirst(chosen.Select(c => Opened(source, c))), layers, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A sibling is named by its manifest's digest; the tag may lead elsewhere by now. Through its index, which has the
    /// statements about it; when that is gone, by itself.
    /// </summary>
    private async Task<ReferenceSource> OpenSourceAsync(
        ImageOrigin origin, ImageReference reference, string? imageKey, string? listedIn,
        CancellationToken cancellationToken)
    {
        if (!Digest.TryParse(imageKey, out var key))
            return await OpenAsync(reference);
        if (Digest.TryParse(listedIn, out var index) && index != key)
        {
            try
            {
                var source = await OpenAsync(reference.WithDigest(index));
                if (source.Candidates.Any(c => c.Manifest == key))
                    return source;
                source.Dispose();
            }
            catch (ImageException)
            {
                // The image itself may still be there, and says itself when it is not.
            }
        }

        return await OpenAsync(reference.WithDigest(key));

        Task<ReferenceSource> OpenAsync(ImageReference at) => origin.Source == ImageSource.Push
            ? ReferenceSource.OpenAsync(
                new PushedContent(pushes, spool, at.Repository), at, settings.Limits, cancellationToken)
            : ReferenceSource.OpenAsync(http, at, CredentialOf(origin), settings.Limits, cancellationToken);
    }

    private static OpenedImage Opened(ReferenceSource source, ImageCandidate candidate) => new(
        candidate.Manifest.ToString(), candidate.Platform, [source.Reference.Tagged], Error: null,
        token => source.ReadAsync(candidate, token), source.Root == candidate.Manifest ? null : source.Root.ToString());

    private static List<OpenedImage> OwnFirst(IEnumerable<OpenedImage> images) =>
        [.. images.OrderByDescending(i => i.Platform is { } p && Platform.Own.Runs(p))];

    private RegistryCredential? CredentialOf(ImageOrigin origin) =>
        origin.Protected is null ? null : vault.Unprotect(origin.CredentialId!.Value, origin.Protected);
}
