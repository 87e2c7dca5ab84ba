using System.Text;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// Scripts and the files of what starts others: they say what a container goes on to start. Of scripts that no shell
/// reads the first line is kept, which names their interpreter.
/// </summary>
internal sealed class ScriptFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)40;

    /// <summary>Generated start scripts have some 10 kB; what is bigger carries an archive.</summary>
    private const int MaxBytes = 48 << 10;

    private static readonly string[] Names =
        ["Makefile", "makefile", "GNUmakefile", "Procfile", "supervisord.conf", "justfile", "Justfile"];

    private static readonly byte[][] FileNames = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>What lies there is a package's, a library's or a repository's own.</summary>
    private static readonly byte[][] Skipped =
    [
        .. ((string[])
        [
            "node_modules/", "site-packages/", "dist-packages/", "usr/share/", "usr/lib/", "usr/libexec/", "var/lib/",
            "usr/include/", "usr/local/lib/", "usr/local/go/", "/gems/", ".git/", "usr/local/share/",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] Shells =
        ["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox", "execlineb", "with-contenv", "make"];

    private static readonly char[] Breaks = [' ', '\t', '/', '\r'];

    public override IReadOnlyList<string> NameEnds => Names;

    public override IReadOnlyList<string> FolderEnds => ["supervisor/conf.d", "supervisord.d", "supervisor.d"];

    public override IReadOnlyList<byte[]> BodyStarts => [[.. "#!"u8]];

    public override bool NotesOmitted => false;

    public override int Limit(in LayerFile file)
    {
        if (file.Size > MaxBytes)
            return 0;
        foreach (var folder in Skipped)
            if (file.Path.IndexOf(folder) >= 0)
                return 0;
        if (file.Start.StartsWith("#!"u8) || file.IsIn("supervisor/conf.d"u8) || file.IsIn("supervisord.d"u8)
            || file.IsIn("supervisor.d"u8))
            return MaxBytes;
        foreach (var name in FileNames)
            if (file.IsNamed(name))
                return MaxBytes;
        return 0;
    }

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work)
    {
        work.Spend((length / BytesPerStep) + 1);
        var body = buffer.AsSpan(0, length);
        if (!body.StartsWith("#!"u8))
            return body.ToArray();
        var line = body[..(body.IndexOf((byte)'\n') is var end and >= 0 ? end : Math.Min(length, 256))];
        var words = Encoding.Latin1.GetString(line[2..]).Split(Breaks, StringSplitOptions.RemoveEmptyEntries);
        return words.Any(Shells.Contains) ? body.ToArray() : line.ToArray();
    }
}
