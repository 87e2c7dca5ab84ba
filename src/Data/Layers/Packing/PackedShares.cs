namespace ImageInsight.Data.Layers.Packing;

/// <summary>
/// Pull bytes by ordinal: most take one or two bytes before they are compressed. A piece has how many they are, and
/// they.
/// </summary>
internal static class PackedShares
{
    private const int MaxShares = 1 << 18;

    public static IReadOnlyList<byte[]> Pack(
        IReadOnlyList<long> shares, string owner, CancellationToken cancellationToken)
    {
        using var sealer = new PieceSealer(PieceKind.Shares, owner);
        var column = new Column();
        var next = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(shares.Count, next + MaxShares);
            column.Clear();
            column.Write(end - next);
            for (; next < end; next++)
                column.Write((ulong)shares[next]);
            sealer.Seal(column.Bytes, last: end == shares.Count);
        }
        while (next < shares.Count);
        return sealer.Pieces;
    }

    /// <summary>Takes the pieces one after the other.</summary>
    /// <param name="entries">How many the layer has.</param>
    internal sealed class Unpacker(string owner, int entries) : IDisposable
    {
        private readonly PieceOpener opener = new(PieceKind.Shares, owner);
        private readonly long[] shares = new long[entries];
        private int next;

        public void Add(ReadOnlySpan<byte> piece)
        {
            var reader = new ColumnReader(opener.Open(piece));
            for (var left = reader.ReadCount(shares.Length - next); left > 0; left--)
            {
                var share = (long)reader.Read();
                shares[next++] = share >= 0 ? share : throw new InvalidDataException("A share is none.");
            }

            reader.End();
        }

        /// <summary>After the last piece.</summary>
        public long[] End()
        {
            opener.End();
            return next == shares.Length ? shares : throw new InvalidDataException("Shares are missing.");
        }

        public void Dispose() => opener.Dispose();
    }
}
