using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>Finds where the records that an edit changes lie in a layer's tar.</summary>
internal sealed class LayerCuts(AnalysisOptions options)
{
    /// <returns>Ascending; and the length of the tar with them.</returns>
    public (List<Cut> Cuts, long Length) Find(Stream blob, LayerEdit edit, CancellationToken cancellationToken)
    {
        using var bytes = new LayerBytes(
            blob, options, new ReadBudget(options, cancellationToken), onBytes: null);
        using var pipe = new BlockPipe(bytes.Fill, cancellationToken);
        var input = new BlockInput(pipe, hash: null, new PullMeter());
        var cuts = edit.IsEmpty ? [] : Find(input, edit, cancellationToken);
        input.Drain();
        return (cuts, input.Position - cuts.Sum(c => c.End - c.Start - c.Instead.Length));
    }

    private List<Cut> Find(BlockInput input, LayerEdit edit, CancellationToken cancellationToken)
    {
        var cuts = new List<Cut>();
        var reader = new TarReader(input, options);
        // The rows of the analysis, made again: a record is named by its row.
        var paths = new PathBuilder(new EntryList(), options, new ReadBudget(options, cancellationToken));
        while (reader.MoveNext())
        {
            var entry = reader.Entry;
            var parent = paths.Parent(entry.Name, out var name);
            var row = paths.Add(new LayerEntry { Parent = parent, Kind = entry.Kind }, name, default);
            if (edit.InsteadOf(row, entry.Name) is not { } others)
                continue;
            var start = entry.Start;
            // What a global header says holds for the records behind it too: it stays.
            foreach (var global in reader.Globals)
            {
                if (global.Start > start)
                    cuts.Add(new Cut(start, global.Start, []));
                start = global.End;
            }

            cuts.Add(new Cut(
                start, reader.EndOfEntry, [.. others.SelectMany(o => EmptyRecord.Create(o, reader.GlobalKeys))]));
        }

        return cuts;
    }
}
