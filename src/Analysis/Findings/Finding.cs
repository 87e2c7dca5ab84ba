using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings;

/// <summary>Something that can go, why, and how.</summary>
/// <param name="Id">Stable within one analysis: the rule and its place, for example <c>deleted-later-7</c>.</param>
/// <param name="DiskBytes">What removing it saves in the layers, uncompressed.</param>
/// <param name="PullBytes">What removing it saves of a pull.</param>
/// <param name="Layer">Index of the layer that caused it, or null when no single one did.</param>
/// <param name="KnownAs">What other tools call it: rule ids of hadolint (DL…), dockle (DKL…, CIS…) and Sonar
/// (S…).</param>
/// <param name="Bodies">Exactly the bytes it is about: the figures are theirs, and findings that share some can be
/// joined.</param>
/// <param name="PathCount">All paths it concerns; <paramref name="Paths"/> holds the biggest of them.</param>
public sealed record Finding(
    string Id,
    string RuleId,
    string Title,
    Severity Severity,
    Confidence Confidence,
    long DiskBytes,
    long PullBytes,
    int? Layer,
    string? Instruction,
    int PathCount,
    IReadOnlyList<Evidence> Paths,
    Fix Fix,
    IReadOnlyList<string> KnownAs,
    BodySet Bodies)
{
    /// <summary>What a proposed Dockerfile does about it; null where that is left to a person.</summary>
    public Remedy? Remedy { get; init; }
}

/// <summary>One path of a finding.</summary>
/// <param name="Path">Absolute; where a name is not UTF-8, its bad bytes are %XX and % itself is %25.</param>
/// <param name="Layer">Index of the layer that carries the bytes.</param>
/// <param name="HiddenBy">The layer that hid them, or null when the final file system has them.</param>
public sealed record Evidence(string Path, long DiskBytes, long PullBytes, int Layer, int? HiddenBy);

/// <param name="Text">What to change, in one or two sentences.</param>
/// <param name="Snippet">Lines for a Dockerfile or .dockerignore.</param>
public sealed record Fix(string Text, string Snippet);

public enum Severity : byte
{
    Low = 0,
    Medium = 1,
    High = 2,
}

public enum Confidence : byte
{
    Maybe = 0,
    Probable = 1,
    Safe = 2,
}
