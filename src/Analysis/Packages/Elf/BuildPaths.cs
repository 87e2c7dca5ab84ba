using System.Text;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>
/// Paths that stand in a program's strings and lie where programs are built: it may read there. Names of sources are
/// left out, which compilers put in for messages.
/// </summary>
internal sealed class BuildPaths
{
    /// <summary>Nobody's program names more folders of its build.</summary>
    public const int MostPaths = 64;

    private const int MostBytes = 255;

    /// <summary>Searched bytes in a step; each is searched three times.</summary>
    private const int BytesPerStep = 32;

    private static readonly string[] Sources =
        [".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".S", ".s", ".f90", ".zig", ".swift", ".cs", ".fs"];

    private readonly HashSet<string> found = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> All => found;

    public void Search(ReadOnlySpan<byte> text, WorkBudget work)
    {
        work.Spend((text.Length / BytesPerStep) + 1);
        Search(text, "/src/"u8);
        Search(text, "/tmp/"u8);
        Search(text, "/build/"u8);
    }

    private void Search(ReadOnlySpan<byte> text, ReadOnlySpan<byte> folder)
    {
        for (var at = 0; found.Count < MostPaths && text[at..].IndexOf(folder) is >= 0 and var next;)
        {
            var start = at + next;
            var end = start + folder.Length;
            while (end < text.Length && end - start < MostBytes && IsOfPath(text[end]))
                end++;
            at = end;
            start -= Before(text[..start], folder);
            // What goes on before it is another path: /home/me/build/x.
            if (start == 0 || !IsOfPath(text[start - 1]))
                Add(text[start..end], folder.Length);
        }
    }

    /// <summary>How many bytes of such a folder stand before it: /usr/src, /usr/local/src, /go/src, /var/tmp.</summary>
    private static int Before(ReadOnlySpan<byte> text, ReadOnlySpan<byte> folder) =>
        folder.SequenceEqual("/tmp/"u8) ? Ends(text, "/var"u8)
        : !folder.SequenceEqual("/src/"u8) ? 0
        : Ends(text, "/usr/local"u8) is > 0 and var local ? local
        : Math.Max(Ends(text, "/usr"u8), Ends(text, "/go"u8));

    private static int Ends(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) => text.EndsWith(end) ? end.Length : 0;

    private void Add(ReadOnlySpan<byte> bytes, int folder)
    {
        if (bytes.Length <= folder)
            return;
        var path = Encoding.ASCII.GetString(bytes).TrimEnd('/', '.');
        var name = path[(path.LastIndexOf('/') + 1)..];
        // Strings of Go and Rust stand one behind the other.
        if (!Array.Exists(Sources, s => name.EndsWith(s, StringComparison.Ordinal))
            && !name.Contains(".go", StringComparison.Ordinal) && !name.Contains(".rs", StringComparison.Ordinal))
            found.Add(path);
    }

    private static bool IsOfPath(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'/' or (byte)'.' or (byte)'_' or (byte)'-' or (byte)'+';
}
