using System.IO.Hashing;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// The contents of the biggest files in an archive, as the file tree has them of its own: whether they stand in the
/// image, byte for byte, is told by looking them up.
/// </summary>
internal sealed class ArchiveMembers
{
    /// <summary>Kept: of a tree with more files these tell as well.</summary>
    private const int MostKept = 256;

    private readonly PriorityQueue<(UInt128 Hash, long Size), long> biggest = new();

    /// <summary>Files with content, kept or not.</summary>
    public int Count { get; private set; }

    /// <returns>False when the body is not as long as stated, or too much was read.</returns>
    public bool TryAdd(Stream body, long size, byte[] buffer, Func<int, bool> mayTake)
    {
        var hash = new XxHash128();
        for (var left = size; left > 0;)
        {
            var read = body.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0 || !mayTake(read))
                return false;
            hash.Append(buffer.AsSpan(0, read));
            left -= read;
        }

        Count++;
        biggest.Enqueue((hash.GetCurrentHashAsUInt128(), size), size);
        if (biggest.Count > MostKept)
            biggest.Dequeue();
        return true;
    }

    public byte[] Write() => StoredFacts.Write(writer =>
    {
        writer.Write7BitEncodedInt(biggest.Count);
        foreach (var ((hash, size), _) in biggest.UnorderedItems.OrderByDescending(i => i.Priority)
            .ThenBy(i => i.Element.Hash))
        {
            writer.Write((ulong)(hash >> 64));
            writer.Write((ulong)hash);
            writer.Write7BitEncodedInt64(size);
        }
    });

    /// <returns>Null for what <see cref="Write"/> did not write.</returns>
    public static IReadOnlyList<(UInt128 Hash, long Size)>? Parse(byte[] bytes) => StoredFacts.Parse(bytes, reader =>
    {
        var found = new List<(UInt128, long)>();
        for (var left = Math.Min(reader.Read7BitEncodedInt(), MostKept); left > 0; left--)
            found.Add((new UInt128(reader.ReadUInt64(), reader.ReadUInt64()), reader.Read7BitEncodedInt64()));
        return found;
    });
}
