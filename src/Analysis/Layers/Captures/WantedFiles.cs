using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// All that is wanted, made once. Every file of every layer is looked up: by the last byte of its name and the first
/// one
/// of its body, which few kinds of file share.
/// </summary>
internal sealed class WantedFiles
{
    private readonly Asked[][] byName = new Asked[256][];
    private readonly Asked[][] byBody = new Asked[256][];

    /// <param name="all">The first one that wants a file gets it, names before bodies.</param>
    public WantedFiles(IReadOnlyList<WantedFile> all)
    {
        All = all;
        var names = all.SelectMany(w => w.NameEnds.Select(end => new Asked(Encoding.UTF8.GetBytes(end), w))).ToList();
        var bodies = all.SelectMany(w => w.BodyStarts.Select(start => new Asked(start, w))).ToList();
        for (var b = 0; b < 256; b++)
        {
            var ending = names.Where(n => n.Bytes.Length > 0 && n.Bytes[^1] == b);
            byName[b] = [.. ending, .. names.Where(n => n.Bytes.Length == 0)];
            byBody[b] = [.. bodies.Where(s => s.Bytes[0] == b)];
        }
    }

    private readonly record struct Asked(byte[] Bytes, WantedFile File);

    public IReadOnlyList<WantedFile> All { get; }

    /// <param name="limit">The most bytes of its body to hold.</param>
    /// <returns>Who wants the file; null when nobody does.</returns>
    public WantedFile? Find(in LayerFile file, out int limit)
    {
        // A record may have no name at all.
        if (file.Path.Length > 0)
            foreach (ref readonly var asked in byName[file.Path[^1]].AsSpan())
                if (file.Name.EndsWith(asked.Bytes) && (limit = asked.File.Limit(file)) > 0)
                    return asked.File;
        if (file.Start.Length > 0)
            foreach (ref readonly var asked in byBody[file.Start[0]].AsSpan())
                if (file.Start.StartsWith(asked.Bytes) && (limit = asked.File.Limit(file)) > 0)
                    return asked.File;
        limit = 0;
        return null;
    }
}
