using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>
/// Finds where the bodies that shall go lie in a layer's tar. A dead one becomes an empty file at the same path, which is
/// hidden as the body was: no directory that only its path implies, no whiteout and no link loses its sense. A live one
/// becomes a whiteout, so that no lower version of it appears again.
/// </summary>
internal sealed class LayerCuts(AnalysisOptions options)
{
    /// <param name="dead">Ordinals of bodies that the final file system does not have.</param>
    /// <param name="live">Ordinals of bodies that it has and shall lose.</param>
    /// <returns>Ascending; and the length of the tar with them.</returns>
    public (List<Cut> Cuts, long Length) Find(Stream blob, IReadOnlySet<int> dead, IReadOnlySet<int> live, CancellationToken cancellationToken)
    {
        using var bytes = new LayerBytes(blob, options, new ReadBudget(options).AddTarBytes, onBytes: null);
        using var pipe = new BlockPipe(bytes.Fill, cancellationToken);
        var input = new BlockInput(pipe, hash: null, new PullMeter());
        var cuts = dead.Count + live.Count == 0 ? [] : Find(input, dead, live);
        input.Drain();
        return (cuts, input.Position - cuts.Sum(c => c.End - c.Start - c.Instead.Length));
    }

    private List<Cut> Find(BlockInput input, IReadOnlySet<int> dead, IReadOnlySet<int> live)
    {
        var cuts = new List<Cut>();
        var reader = new TarReader(input, options);
        // The rows of the analysis, made again: a body is named by its row.
        var paths = new PathBuilder(new EntryList(), options, new ReadBudget(options));
        while (reader.MoveNext())
        {
            var entry = reader.Entry;
            var parent = paths.Parent(entry.Name, out var name);
            var row = paths.Add(new LayerEntry { Parent = parent, Kind = entry.Kind }, name, default);
            // What a global header says would hold for the new record too.
            if (entry.Kind != EntryKind.File || entry.Size == 0 || reader.HasGlobals)
                continue;
            if (dead.Contains(row))
                cuts.Add(new Cut(entry.Start, reader.EndOfEntry, EmptyRecord.Of(entry.Name)));
            else if (live.Contains(row))
                cuts.Add(new Cut(entry.Start, reader.EndOfEntry, EmptyRecord.Of(WhiteoutOf(entry.Name))));
        }

        return cuts;
    }

    private static byte[] WhiteoutOf(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return [.. path[..(slash + 1)], .. ".wh."u8, .. path[(slash + 1)..]];
    }
}
