using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources;
using ImageInsight.Data.Rows;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Opening;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Api;

/// <summary>
/// Writes optimised images while they are sent; what can be said before the first byte is said before it.
/// </summary>
internal sealed class OptimizedDownloads(
    DoneAnalyses analyses, Origins origins, SpoolFolder spool, InsightSettings settings) : IDisposable
{
    /// <summary>
    /// Each reads every changed layer twice before it sends it; more at once would only slow each other.
    /// </summary>
    private readonly SemaphoreSlim atOnce = new(2);

    /// <summary>
    /// What a registry serves lies in the spool while it is sent, a layer each: beside its budget, so there are few.
    /// </summary>
    private readonly SemaphoreSlim fetchedAtOnce = new(2);

    public async Task<SentBody<TarArchive>> OpenAsync(Guid id, string findings, CancellationToken cancellationToken)
    {
        var (record, summary) = await analyses.FindAsync(id, cancellationToken);
        var found = await analyses.OriginAsync(id, cancellationToken);
        var tree = await analyses.TreeAsync(id, cancellationToken);
        var unwanted = ChosenFindings.SelectSafe(await analyses.FindingsAsync(id, cancellationToken), findings)
            .Select(f => f.Bodies);
        var origin = await origins.OpenAsync(
            found.Origin, found.ImageKey, listedIn: null, unpacked: null, cancellationToken);
        try
        {
            var image = await FindAsync(origin, summary.ConfigDigest, cancellationToken)
                ?? throw ProblemKinds.ImageMoved.Because(
                    $"{record.Name} leads to another image by now. "
                    + "Pull the image by its digest, and ask again for that analysis.");
            // An upload lies in the spool; what a registry serves is fetched once.
            var blobs = found.Origin.Source == ImageSource.Pull ? new KeptBlobs(origin.Layers, spool.NewPart) : null;
            var written = await PlanAsync(blobs ?? origin.Layers, image, tree, unwanted, cancellationToken);
            if (found.Origin.Source == ImageSource.Push)
                // Each blob is dropped on its own: said before the first byte is sent.
                written.EnsureReadable(cancellationToken);
            return SentBody<TarArchive>.FromWriter(
                TarArchive.MediaType, stream => SendAsync(written, stream, origin, blobs, cancellationToken),
                FileName(record.Name));
        }
        catch
        {
            origin.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        atOnce.Dispose();
        fetchedAtOnce.Dispose();
    }

    /// <summary>
    /// With findings ticked the layers are merged once more, which takes the memory of a second tree.
    /// </summary>
    private async Task<OptimizedImage> PlanAsync(
        ILayerSource layers, SourceImage image, FileTree tree, IEnumerable<BodySet> unwanted,
        CancellationToken cancellationToken)
    {
        await atOnce.WaitAsync(cancellationToken);
        try
        {
            return new OptimizedImage(layers, image, tree, unwanted, settings.Limits, cancellationToken)
            {
                Gate = atOnce,
            };
        }
        finally
        {
            atOnce.Release();
        }
    }

    private async Task SendAsync(
        OptimizedImage image, Stream stream, OpenedOrigin origin, KeptBlobs? blobs, CancellationToken cancellationToken)
    {
        using var opened = origin;
        using var kept = blobs;
        if (kept is not null)
            await fetchedAtOnce.WaitAsync(cancellationToken);
        try
        {
            await image.WriteAsync(stream, cancellationToken);
        }
        finally
        {
            if (kept is not null)
                fetchedAtOnce.Release();
        }
    }

    /// <summary>An upload may hold several images, and a tag may lead elsewhere by now.</summary>
    private static async Task<SourceImage?> FindAsync(
        OpenedOrigin origin, string configDigest, CancellationToken cancellationToken)
    {
        foreach (var image in origin.Images.Where(i => i.Error is null))
            if (await image.Read(cancellationToken) is var read && read.ConfigDigest.ToString() == configDigest)
                return read;
        return null;
    }

    private static string FileName(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];
        if (last.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))
            last = last[..^4];
        return string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'))
            + "-optimized.tar";
    }
}
