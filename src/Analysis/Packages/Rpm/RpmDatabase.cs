using System.Buffers.Binary;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// What is kept of rpm's database in any of its three forms: its headers with the tags that catalogues read, each after
/// its length. A database of 40 MB becomes 4, and every layer that installs something has a whole one.
/// </summary>
internal static class RpmDatabase
{
    /// <summary>
    /// A hostile database can make every header as big as itself; the biggest honest ones have 64 MB in all.
    /// </summary>
    private const int MaxKeptBytes = 32 << 20;

    /// <summary>Of one package in the database: those with the most files have 10 MB.</summary>
    public const int MaxBlobBytes = 32 << 20;

    /// <summary>No honest header is smaller; what a database costs stays in proportion to its size.</summary>
    private const int SmallestHeader = 64;

    /// <returns>Null when it is none of the three, or broken from the start.</returns>
    public static byte[]? Keep(ReadOnlyMemory<byte> file, WorkBudget work)
    {
        work.Spend(file.Length);
        using var kept = new MemoryStream();
        // Values do not overlap, so together they are no more than the file.
        long left = file.Length;
        var known = file.Span switch
        {
            var s when SqliteTable.IsDatabase(s) => SqliteTable.ReadBlobs(file, "Packages", work, Add),
            var s when NdbPackages.IsDatabase(s) => NdbPackages.ReadBlobs(file, work, Add),
            var s when BerkeleyHash.IsDatabase(s) => BerkeleyHash.ReadValues(file, work, Add),
            _ => false,
        };
        return known ? kept.ToArray() : null;

        bool Add(ReadOnlyMemory<byte> blob)
        {
            work.Spend(Math.Max(blob.Length, SmallestHeader));
            left -= Math.Max(blob.Length, SmallestHeader);
            if (left < 0)
                return false;
            if (RpmHeader.Read(blob) is not { } header)
                return true;
            if (kept.Length + 4 + header.KeptBytes > MaxKeptBytes)
                return false;
            var start = kept.Position;
            kept.Write(stackalloc byte[4]);
            header.WriteKept(kept);
            BinaryPrimitives.WriteInt32LittleEndian(
                kept.GetBuffer().AsSpan((int)start), (int)(kept.Position - start - 4));
            return true;
        }
    }

    public static IEnumerable<RpmHeader> Headers(byte[] kept, WorkBudget work)
    {
        for (var at = 0; at <= kept.Length - 4;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(kept.AsSpan(at));
            at += 4;
            if (length < 0 || length > kept.Length - at)
                yield break;
            work.Spend(Math.Max(length, SmallestHeader));
            if (RpmHeader.Read(kept.AsMemory(at, length)) is { } header)
                yield return header;
            at += length;
        }
    }
}
