using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Opening;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Api;

/// <summary>The same image without its dead bytes.</summary>
internal static class OptimizedEndpoints
{
    /// <summary>Each reads every changed layer twice before it sends it; more at once would only slow each other.</summary>
    private static readonly SemaphoreSlim AtOnce = new(2);

    /// <summary>What a registry serves lies in the spool while it is sent, a layer each: beside its budget, so there are few.</summary>
    private static readonly SemaphoreSlim FetchedAtOnce = new(2);

    public static void MapOptimized(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/optimized", WriteAsync).WithTags("Findings").WithName("OptimizedImage")
            .WithSummary("The same image without its dead bytes, as an archive for docker load and skopeo copy")
            .WithDescription(
                "Layers, history, config and the final file system stay. findings: ids of safe findings, separated by commas, whose files go as well. "
                + "The archive is a docker-archive and an OCI layout.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-tar")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status502BadGateway);

    private static async Task<IResult> WriteAsync(
        Guid id, AnalysisStore store, TreeCache trees, Origins origins, SpoolFolder spool, InsightSettings settings, CancellationToken cancellationToken, string findings = "")
    {
        if (await store.FindAsync(id, cancellationToken) is not { Summary: { } summary } record
            || await store.FindOriginAsync(id, cancellationToken) is not { } found || await trees.GetAsync(id, cancellationToken) is not { } tree)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var (unwanted, problem) = Unwanted(await store.FindingsAsync(id, cancellationToken) ?? [], findings);
        if (problem is not null)
            return problem;
        OpenedOrigin? origin = null;
        try
        {
            origin = await origins.OpenAsync(found.Origin, found.ImageKey, listedIn: null, cancellationToken);
            var image = await FindAsync(origin, summary.ConfigDigest, cancellationToken);
            if (image is null)
            {
                origin.Dispose();
                return Problem.Result(
                    StatusCodes.Status410Gone, "image-moved",
                    $"{record.Name} leads to another image by now. Pull the image by its digest, and ask again for that analysis.");
            }

            // An upload lies in the spool; what a registry serves is fetched once.
            var blobs = found.Origin.Source == ImageSource.Pull ? new KeptBlobs(origin.Layers, spool.NewPart) : null;
            var layers = blobs ?? origin.Layers;
            var written = await PlanAsync(() => new OptimizedImage(layers, image, tree, unwanted, settings.Limits, cancellationToken) { Gate = AtOnce }, cancellationToken);
            if (found.Origin.Source == ImageSource.Push)
                // Each blob is dropped on its own: said before the first byte is sent.
                written.EnsureReadable(cancellationToken);
            var opened = origin;
            return TypedResults.Stream(
                stream => SendAsync(written, stream, opened, blobs, cancellationToken), "application/x-tar", FileName(record.Name));
        }
        catch (ImageException e)
        {
            origin?.Dispose();
            return Problem.Result(StatusOf(e), e.Code, e.Message);
        }
        catch
        {
            origin?.Dispose();
            throw;
        }
    }

    /// <summary>With findings ticked the layers are merged once more, which takes the memory of a second tree.</summary>
    private static async Task<OptimizedImage> PlanAsync(Func<OptimizedImage> plan, CancellationToken cancellationToken)
    {
        await AtOnce.WaitAsync(cancellationToken);
        try
        {
            return plan();
        }
        finally
        {
            AtOnce.Release();
        }
    }

    private static async Task SendAsync(OptimizedImage image, Stream stream, OpenedOrigin origin, KeptBlobs? blobs, CancellationToken cancellationToken)
    {
        using var opened = origin;
        using var kept = blobs;
        if (kept is not null)
            await FetchedAtOnce.WaitAsync(cancellationToken);
        try
        {
            await image.WriteAsync(stream, cancellationToken);
        }
        finally
        {
            if (kept is not null)
                FetchedAtOnce.Release();
        }
    }

    private static int StatusOf(ImageException e) => e.Code switch
    {
        Origins.GoneCode or Registries.CredentialVault.GoneCode or ImageErrors.BlobMissing => StatusCodes.Status410Gone,
        ImageErrors.Unsupported => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status502BadGateway,
    };

    /// <summary>An upload may hold several images, and a tag may lead elsewhere by now.</summary>
    private static async Task<SourceImage?> FindAsync(OpenedOrigin origin, string configDigest, CancellationToken cancellationToken)
    {
        foreach (var image in origin.Images.Where(i => i.Error is null))
            if (await image.Read(cancellationToken) is var read && read.ConfigDigest.ToString() == configDigest)
                return read;
        return null;
    }

    private static (IEnumerable<BodySet> Unwanted, IResult? Problem) Unwanted(IReadOnlyList<Finding> findings, string ids)
    {
        var wanted = ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        var chosen = findings.Where(f => wanted.Contains(f.Id)).ToList();
        wanted.ExceptWith(chosen.Select(f => f.Id));
        if (wanted.Count > 0)
            return ([], Problem.Result(
                StatusCodes.Status422UnprocessableEntity, "finding-not-found", "The image has no such finding: " + string.Join(", ", wanted.Order().Take(10))));
        var doubtful = chosen.Where(f => f.Confidence < Confidence.Safe).Select(f => f.Id).ToList();
        return doubtful.Count == 0
            ? (chosen.Select(f => f.Bodies), null)
            : ([], Problem.Result(
                StatusCodes.Status422UnprocessableEntity, "finding-not-safe",
                "Only findings that are safe can be taken out of a finished image; these need a look at the program: " + string.Join(", ", doubtful.Take(10))));
    }

    private static string FileName(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];
        if (last.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))
            last = last[..^4];
        return string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')) + "-optimized.tar";
    }
}
