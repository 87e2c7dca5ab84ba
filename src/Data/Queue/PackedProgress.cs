using System.Globalization;
using ImageInsight.Analysis.Sources.Reading;

namespace ImageInsight.Data.Queue;

/// <summary>
/// Progress by layer in a column of text: <c>DONE/TOTAL</c> each, with a <c>k</c> behind it for a known one.
/// </summary>
internal static class PackedProgress
{
    public static string? Pack(IReadOnlyList<LayerProgress>? layers) => layers is null
        ? null
        : string.Join(' ',
            layers.Select(l => string.Create(
                CultureInfo.InvariantCulture, $"{l.BytesDone}/{l.BytesTotal}{(l.Known ? "k" : "")}")));

    public static IReadOnlyList<LayerProgress>? Unpack(string? packed) => packed is null
        ? null
        : [.. packed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    private static LayerProgress Read(string text)
    {
        var parts = text.TrimEnd('k').Split('/');
        return new LayerProgress(
            long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture),
            text.EndsWith('k'));
    }
}
