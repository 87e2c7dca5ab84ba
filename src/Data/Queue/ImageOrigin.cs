using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Data.Rows;

namespace ImageInsight.Data.Queue;

/// <summary>Where the bytes of an analysis are.</summary>
/// <param name="SpoolName">Of an upload; null else.</param>
/// <param name="Reference">Of a pull or push; null else.</param>
/// <param name="Protected">The login of a pull, encrypted.</param>
/// <param name="CredentialLost">It needs a login that is no longer kept.</param>
public sealed record ImageOrigin(
    Guid Id, ImageSource Source, string? SpoolName, string? Reference, string? Platform, Guid? CredentialId,
    byte[]? Protected, bool CredentialLost)
{
    /// <summary>Of an upload: what was read of it while it arrived.</summary>
    public IReadOnlyList<ArrivedLayer> Arrived => PackedArrivals.Unpack(PackedLayers);

    internal string? PackedLayers { get; init; }

    internal static IQueryable<ImageOrigin> Query(InsightDbContext db, Guid id, ImageSource source) =>
        from o in db.Origins
        where o.Id == id
        select new ImageOrigin(
            o.Id, source, o.SpoolName, o.Reference, o.Platform, o.CredentialId,
            db.Credentials.Where(c => c.Id == o.CredentialId).Select(c => c.Protected).FirstOrDefault(),
            o.HadCredential && o.CredentialId == null)
        {
            PackedLayers = o.ArrivedLayers,
        };
}
