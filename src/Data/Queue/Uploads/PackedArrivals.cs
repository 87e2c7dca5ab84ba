using System.Globalization;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;

namespace ImageInsight.Data.Queue.Uploads;

/// <summary>
/// The layers of an archive that were read while it arrived, in a column of text: <c>OFFSET/SIZE/DIFFID/BLOB</c> each,
/// the digests in hex.
/// </summary>
internal static class PackedArrivals
{
    public static string? Pack(IReadOnlyList<ArrivedLayer> layers) => layers.Count == 0
        ? null
        : string.Join(' ',
            layers.Select(l => string.Create(
                CultureInfo.InvariantCulture, $"{l.Offset}/{l.Size}/{l.DiffId.Hex}/{l.Blob.Hex}")));

    public static IReadOnlyList<ArrivedLayer> Unpack(string? packed) =>
        [.. (packed ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    private static ArrivedLayer Read(string text)
    {
        var parts = text.Split('/');
        return new ArrivedLayer(
            long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture),
            Digest.Parse("sha256:" + parts[2]), Digest.Parse("sha256:" + parts[3]));
    }
}
