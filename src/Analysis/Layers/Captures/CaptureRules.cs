using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Who wants which file. Every file of every layer comes by: by the last byte of its name nearly all are told at once to be
/// nobody's.
/// </summary>
internal sealed class CaptureRules
{
    private readonly Named[]?[] byLastByte = new Named[]?[256];
    private readonly WantedFile[] ofAnyName;
    private readonly IContentRule[] contents;

    /// <param name="files">Of two that want the same file the first gets it.</param>
    public CaptureRules(IEnumerable<WantedFile> files, IEnumerable<IContentRule> contents)
    {
        var all = files.ToList();
        foreach (var group in all.Where(f => f.Name != "*").Select(f => new Named(f)).GroupBy(n => n.Tail[^1]))
            byLastByte[group.Key] = [.. group];
        ofAnyName = [.. all.Where(f => f.Name == "*")];
        this.contents = [.. contents];
    }

    public static CaptureRules None { get; } = new([], []);

    /// <param name="maxBytes">The most bytes to hold of it.</param>
    /// <returns>Null when nobody wants the file.</returns>
    public CaptureForm? Find(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> first, out int maxBytes)
    {
        if (path.Length > 0 && FindByName(path) is { } file)
        {
            maxBytes = file.MaxBytes;
            return file.Form;
        }

        foreach (var rule in contents)
            if (rule.Find(path, size, first) is { } content)
            {
                maxBytes = content.MaxBytes;
                return content.Form;
            }

        maxBytes = 0;
        return null;
    }

    private WantedFile? FindByName(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        var name = path[(slash + 1)..];
        var folder = slash < 0 ? default : path[..slash];
        if (byLastByte[path[^1]] is { } candidates)
            foreach (var candidate in candidates)
                if (candidate.Fits(name) && candidate.File.In(folder))
                    return candidate.File;
        foreach (var file in ofAnyName)
            if (file.In(folder))
                return file;
        return null;
    }

    private sealed class Named(WantedFile file)
    {
        private readonly bool isEnding = file.Name[0] == '*';

        public WantedFile File => file;

        public byte[] Tail { get; } = Encoding.ASCII.GetBytes(file.Name.TrimStart('*'));

        public bool Fits(ReadOnlySpan<byte> name) =>
            isEnding ? name.Length > Tail.Length && name.EndsWith(Tail) : name.SequenceEqual(Tail);
    }
}
