namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>
/// Where package managers and build tools leave what only they read; paths as in <see cref="PathPattern"/>.
/// </summary>
/// <param name="Snippet">What keeps the cache from being written, or removes it in the same RUN.</param>
internal sealed record PackageCache(string Id, string Name, string[] Paths, string Text, string Snippet)
{
    public static readonly PackageCache[] All = [.. SystemCaches.All, .. ScriptCaches.All, .. BuildCaches.All];

    public string[] KnownAs { get; init; } = [];

    public Confidence Confidence { get; init; } = Confidence.Safe;

    /// <summary>Paths among these that are no cache.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>Files that, anywhere in the image, mean that it runs from the cache.</summary>
    public string[] UnlessPresent { get; init; } = [];

    /// <summary>
    /// So many levels up from what a path means there has to be this; else it may be all that is installed.
    /// </summary>
    public (int Levels, string Path)? OnlyIfPresent { get; init; }

    /// <summary>
    /// Commands that read it when a container starts them: a program, or a program and its first argument.
    /// </summary>
    public string[] ReadBy { get; init; } = [];

    /// <summary>It holds archives of classes: a class path that is made at start may name some.</summary>
    public bool HasClasses { get; init; }

    /// <summary>Scripts may well start one of them, where the image has it.</summary>
    public bool StartedByScripts { get; init; }

    /// <summary>Where the image has one of these, it may be read.</summary>
    public string[] ReadIfPresent { get; init; } = [];

    /// <summary>What would read it when the image runs; goes after "Check first: ".</summary>
    public string Risk { get; init; } = "";
}
