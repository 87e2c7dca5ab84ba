using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// All that is wanted, made once. Every file of every layer is looked up, so nearly all are ruled out by a byte or two:
/// the last one of the name, the last one of the folder, the first one of the body. Nobody is called for these.
/// </summary>
internal sealed class WantedFiles
{
    private readonly Asked[]?[] byName;
    private readonly Asked[]?[] byFolder;
    private readonly Asked[]?[] byBody;
    private readonly Asked[]?[] byLinkedBody;

    /// <param name="all">The first one that wants a file gets it; names before folders, and these before
    /// bodies.</param>
    public WantedFiles(IReadOnlyList<WantedFile> all)
    {
        All = all;
        byName = Table(all.SelectMany(w => w.NameEnds.Select(end => new Asked(Encoding.UTF8.GetBytes(end), w))),
            a => a.Bytes[^1]);
        byFolder = Table(
            all.SelectMany(w => w.FolderEnds.Select(end => new Asked(Encoding.UTF8.GetBytes(end), w))),
            a => a.Bytes[^1]);
        byLinkedBody = Table(
            all.SelectMany(w => w.LinkedStarts.Select(start => new Asked(start, w))), a => a.Bytes[0]);
        byBody = Table(all.SelectMany(w => w.BodyStarts.Select(start => new Asked(start, w))), a => a.Bytes[0]);
    }

    /// <summary>A class: code for loops over those is there before a program starts that is compiled ahead.</summary>
    private sealed record Asked(byte[] Bytes, WantedFile File);

    public IReadOnlyList<WantedFile> All { get; }

    /// <param name="path">As the tar states it.</param>
    /// <param name="start">The first piece of the body.</param>
    /// <param name="limit">The most bytes of its body to hold.</param>
    /// <returns>Who wants the file; null when nobody does.</returns>
    public WantedFile? Find(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> start, out int limit)
    {
        // A record may have no name at all.
        if (path.Length > 0 && byName[path[^1]] is { } names)
            foreach (var asked in names)
                if (EndsWith(path, asked.Bytes) && (limit = asked.File.Limit(new LayerFile(path, size, start))) > 0)
                    return asked.File;
        var slash = path.LastIndexOf((byte)'/');
        if (slash > 0 && byFolder[path[slash - 1]] is { } folders)
            foreach (var asked in folders)
                if (EndsWith(path[..slash], asked.Bytes)
                    && (limit = asked.File.Limit(new LayerFile(path, size, start))) > 0)
                    return asked.File;
        if (start.Length > 0 && byBody[start[0]] is { } bodies)
            foreach (var asked in bodies)
                if (start.StartsWith(asked.Bytes) && (limit = asked.File.Limit(new LayerFile(path, size, start))) > 0)
                    return asked.File;
        limit = 0;
        return null;
    }

    /// <summary>Whether somebody may want a file that nobody wants by its name, if a hard link has another.</summary>
    public bool MayBeLinked(long size, ReadOnlySpan<byte> start)
    {
        if (start.Length > 0 && byLinkedBody[start[0]] is { } bodies)
            foreach (var asked in bodies)
                if (size <= asked.File.LinkedLimit && start.StartsWith(asked.Bytes) && asked.File.IsLikeOne(start))
                    return true;
        return false;
    }

    private static Asked[]?[] Table(IEnumerable<Asked> all, Func<Asked, byte> key)
    {
        var table = new Asked[]?[256];
        foreach (var group in all.GroupBy(key))
            table[group.Key] = [.. group];
        return table;
    }

    /// <summary>By the first byte of the end before all of it: the last one is known to be the same.</summary>
    private static bool EndsWith(ReadOnlySpan<byte> text, byte[] end) =>
        text.Length >= end.Length && text[text.Length - end.Length] == end[0] && text.EndsWith(end);
}
