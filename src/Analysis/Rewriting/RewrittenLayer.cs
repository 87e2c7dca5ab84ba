using System.Security.Cryptography;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>A layer's tar with its cuts, as often as it is asked for.</summary>
internal sealed class RewrittenLayer(
    ILayerSource source, SourceLayer layer, IReadOnlyList<Cut> cuts, AnalysisOptions options)
{
    private const int PieceSize = 128 << 10;

    public Digest Digest(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces(cancellationToken))
            hash.AppendData(piece.Span);
        return References.Digest.FromHash(hash.GetHashAndReset());
    }

    /// <summary>In order; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces(CancellationToken cancellationToken)
    {
        using var blob = source.OpenLayer(layer, cancellationToken);
        using var bytes = new LayerBytes(
            blob, options, new ReadBudget(options, cancellationToken), onBytes: null);
        using var pipe = new BlockPipe(bytes.Fill, cancellationToken);
        var input = new BlockInput(pipe, hash: null, new PullMeter());
        var buffer = new byte[PieceSize];
        foreach (var cut in cuts)
        {
            while (Take(input, cut.Start - input.Position, buffer) is > 0 and var before)
                yield return buffer.AsMemory(0, before);
            input.Skip(cut.End - cut.Start);
            yield return cut.Instead;
        }

        while (Take(input, long.MaxValue, buffer) is > 0 and var rest)
            yield return buffer.AsMemory(0, rest);
    }

    private static int Take(BlockInput input, long count, byte[] buffer)
    {
        var piece = input.Take(Math.Min(count, buffer.Length));
        piece.CopyTo(buffer);
        return piece.Length;
    }
}
