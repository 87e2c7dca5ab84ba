using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ImageInsight.Analysis.Packages;

/// <summary>Which layer brought a package, told from a database as each layer left it.</summary>
internal static class DatabaseHistory
{
    /// <summary>Of a dictionary, for each key.</summary>
    private const int BytesEach = 40;

    /// <summary>What makes a package the same in two versions of the database.</summary>
    /// <returns>A hash, so that no text has to be kept for it.</returns>
    public static ulong Key(params ReadOnlySpan<string?> parts)
    {
        ulong hash = 0;
        foreach (var part in parts)
            hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(part.AsSpan()), (long)hash + 1);
        return hash;
    }

    /// <param name="keys">Of name, architecture and version.</param>
    /// <returns>By key, the lowest layer from which on every version has it.</returns>
    public static Dictionary<ulong, int> Origins(
        CapturedFiles files, CapturedFile database, Func<byte[], IEnumerable<ulong>> keys)
    {
        Dictionary<ulong, int> origins = [];
        long held = 0;
        foreach (var (layer, capture) in files.Versions(database.Node))
        {
            if (capture.Kind != database.Capture.Kind)
                continue;
            var before = origins;
            origins = [];
            foreach (var key in keys(capture.Bytes))
                origins[key] = before.GetValueOrDefault(key, layer);
            // Two of them are alive at a time.
            var more = (before.Count + origins.Count) * (long)BytesEach;
            files.Work.Hold(more);
            files.Work.Release(held);
            held = more;
        }

        files.Work.Release(held);
        return origins;
    }
}
