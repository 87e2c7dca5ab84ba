using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.References;

/// <summary>
/// What github.com/distribution/reference v0.6 matches, before any default is filled in. Not backtracking, since the
/// text comes from anywhere.
/// </summary>
internal static partial class ReferenceGrammar
{
    /// <summary>Of a repository's path, without the host.</summary>
    public const int MaxPathLength = 255;

    private const string Label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";

    private const string Domain = @"(?:" + Label + @"(?:\." + Label + @")*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?";

    private const string Component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";

    private const string Path = Component + "(?:/" + Component + ")*";

    private const string TagText = @"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

    private const string DigestText = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

    /// <summary>The parts of a reference; null when it is none. The digest is only shaped like one.</summary>
    public static (string Domain, string Path, string? Tag, string? Digest)? Match(string text)
    {
        var match = Reference().Match(text);
        if (!match.Success)
            return null;
        return (match.Groups["domain"].Value, match.Groups["path"].Value, Part(match, "tag"), Part(match, "digest"));
    }

    public static bool IsDomain(string text) => WholeDomain().IsMatch(text);

    public static bool IsTag(string text) => WholeTag().IsMatch(text);

    /// <summary>64 hex digits alone are an image's ID, and never a name.</summary>
    public static bool IsIdentifier(string text) => Identifier().IsMatch(text);

    private static string? Part(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? group.Value : null;

    [GeneratedRegex(
        "^(?:(?<domain>" + Domain + ")/)?(?<path>" + Path + ")(?::(?<tag>" + TagText + "))?(?:@(?<digest>" + DigestText
            + @"))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex("^" + Domain + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeDomain();

    [GeneratedRegex("^" + TagText + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeTag();

    [GeneratedRegex(@"^[a-f0-9]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
