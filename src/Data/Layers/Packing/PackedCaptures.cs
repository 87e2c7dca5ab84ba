using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>
/// The captures of a layer. A piece has parts of them: ordinal, kind, length of the whole capture, length of the part,
/// and its bytes. What does not fit in a piece goes on in the next one.
/// </summary>
internal static class PackedCaptures
{
    /// <summary>A piece is closed once it has so many; packed it is a fraction of that.</summary>
    private const int PieceBytes = 4 << 20;

    /// <summary>More is no capture of ours: a layer keeps 64 MiB of all its files unless told otherwise.</summary>
    private const int MaxCaptureBytes = 1 << 30;

    public static IReadOnlyList<byte[]> Pack(
        IReadOnlyList<Capture> captures, string owner, CancellationToken cancellationToken)
    {
        using var sealer = new PieceSealer(PieceKind.Captures, owner);
        var column = new Column();
        foreach (var capture in captures)
            for (var at = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = Math.Min(capture.Bytes.Length - at, PieceBytes - column.Length);
                column.Write(capture.Ordinal);
                column.Write((int)capture.Kind);
                column.Write(capture.Bytes.Length);
                column.Write(part);
                column.Write(capture.Bytes.AsSpan(at, part));
                at += part;
                if (column.Length >= PieceBytes)
                {
                    sealer.Seal(column.Bytes, last: false);
                    column.Clear();
                }

                if (at == capture.Bytes.Length)
                    break;
            }

        sealer.Seal(column.Bytes, last: true);
        return sealer.Pieces;
    }

    /// <summary>Takes the pieces one after the other.</summary>
    /// <param name="entries">How many the layer has.</param>
    internal sealed class Unpacker(string owner, int entries) : IDisposable
    {
        private readonly PieceOpener opener = new(PieceKind.Captures, owner);
        private readonly List<Capture> captures = [];

        /// <summary>Of the capture that is not whole yet; it grows with what is really there.</summary>
        private readonly MemoryStream begun = new();
        private (int Ordinal, int Kind, int Length) open = (-1, 0, 0);

        public void Add(ReadOnlySpan<byte> piece)
        {
            var reader = new ColumnReader(opener.Open(piece));
            while (reader.Left > 0)
            {
                var part = (Ordinal: reader.ReadCount(entries - 1), Kind: reader.ReadCount(byte.MaxValue),
                    Length: reader.ReadCount(MaxCaptureBytes));
                if (open.Ordinal >= 0 && part != open)
                    throw new InvalidDataException("A capture is cut off.");
                open = part;
                begun.Write(reader.Take(reader.ReadCount(open.Length - (int)begun.Length)));
                if (begun.Length < open.Length)
                    continue;
                captures.Add(new Capture(open.Ordinal, (CaptureKind)open.Kind, begun.ToArray()));
                begun.SetLength(0);
                open.Ordinal = -1;
            }
        }

        /// <summary>After the last piece.</summary>
        public IReadOnlyList<Capture> End()
        {
            opener.End();
            return open.Ordinal < 0 ? captures : throw new InvalidDataException("A capture is cut off.");
        }

        public void Dispose() => opener.Dispose();
    }
}
