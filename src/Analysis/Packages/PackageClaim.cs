namespace ImageInsight.Analysis.Packages;

/// <summary>A package as a catalogue finds it, before anything is measured.</summary>
/// <param name="Database">The node of the file that names it.</param>
/// <param name="Layer">The layer that brought it.</param>
/// <param name="Nodes">Its files by its own list; directories, links and hidden files may be among them.</param>
internal sealed record PackageClaim(
    string Ecosystem, string Name, string Version, string Purl, int Database, int Layer, IReadOnlyList<int> Nodes)
{
    /// <summary>Names that one package needs or provides; a few thousand are the most seen.</summary>
    public const int MostNames = 100_000;

    /// <summary>No package has a longer name or version; whatever shows them need not look.</summary>
    private const int MaxText = 1000;

    /// <summary>Of what is there for every claim.</summary>
    private const int OwnBytes = 250;

    /// <summary>
    /// Names as <see cref="Provides"/> of other packages of the same database have them; alternatives are separated by
    /// a bar.
    /// </summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>As <see cref="Needs"/>, for what is installed by default without being needed.</summary>
    public IReadOnlyList<string> Recommends { get; init; } = [];

    public IReadOnlyList<string> Provides { get; init; } = [];

    /// <summary>Needs are answered among packages of the same scope.</summary>
    public int Scope { get; init; } = Database;

    public bool? OnPurpose { get; init; }

    /// <summary>The layer from which on every version of the database has this package, in whatever version.</summary>
    public int Since { get; init; } = Layer;

    public bool Essential { get; init; }

    public bool Development { get; init; }

    /// <summary>Where in the file that names it; empty when it is the file itself, or all of it.</summary>
    public string Place { get; init; } = "";

    /// <summary>As <see cref="StatedLicense"/> gives it.</summary>
    public string? License { get; init; }

    /// <summary>
    /// The file whose package has this one's files, when it has none of its own; -1 for what the system's manager
    /// installed.
    /// </summary>
    public int Carrier { get; init; } = Database;

    /// <summary>Bytes of memory that it takes.</summary>
    public long MemoryBytes => OwnBytes + Bytes(Name) + Bytes(Version) + Bytes(Purl) + Bytes(Place) + Bytes(License)
        + (4L * Nodes.Count) + Bytes(Needs) + Bytes(Recommends) + Bytes(Provides);

    /// <summary>Whether a package can be called so.</summary>
    public static bool IsNamed(string name, string version = "") =>
        name.Length is > 0 and <= MaxText && version.Length <= MaxText;

    private static long Bytes(string? text) => text is { Length: > 0 } ? 24 + (2L * text.Length) : 0;

    private static long Bytes(IReadOnlyList<string> texts)
    {
        long sum = 0;
        for (var i = 0; i < texts.Count; i++)
            sum += 8 + Bytes(texts[i]);
        return sum;
    }
}
