using System.Text.Json;

namespace ImageInsight.Analysis.Packages;

/// <summary>Licences as metadata states them: trimmed and joined, never guessed at.</summary>
internal static class StatedLicense
{
    public const string Separator = "; ";

    /// <summary>Some put the whole text of their licence where its name belongs.</summary>
    private const int MaxLength = 300;

    public static string? Join(params IEnumerable<string?> stated) => JoinBy(Separator, stated);

    /// <summary>
    /// "MIT", ["MIT", "Apache-2.0"] or, in npm's old form, {"type": "MIT"} and lists of that. Composer and npm say that
    /// any of a list may be chosen.
    /// </summary>
    public static string? AnyOf(params IEnumerable<JsonElement?> stated) => JoinBy(" OR ", stated.SelectMany(Names));

    private static string? JoinBy(string separator, IEnumerable<string?> stated)
    {
        string? all = null;
        HashSet<string>? seen = null;
        foreach (var one in stated)
        {
            var name = one?.Trim();
            if (string.IsNullOrEmpty(name) || name.Length > MaxLength || name.Contains('\n', StringComparison.Ordinal)
                || IsNothing(name))
                continue;
            if (all is null)
            {
                all = name;
                continue;
            }

            seen ??= new HashSet<string>(StringComparer.Ordinal) { all };
            if (seen.Add(name) && all.Length + separator.Length + name.Length <= MaxLength)
                all += separator + name;
        }

        return all;
    }

    private static IEnumerable<string> Names(JsonElement? stated) => stated?.ValueKind switch
    {
        JsonValueKind.String => [stated.Value.Text()],
        JsonValueKind.Object => [stated.Value.Text("type")],
        JsonValueKind.Array =>
            stated.Items().Select(one => one.ValueKind == JsonValueKind.Object ? one.Text("type") : one.Text()),
        _ => [],
    };

    // setuptools writes UNKNOWN, rpm (none).
    private static bool IsNothing(string name) =>
        name is "UNKNOWN" or "Unknown" or "unknown" or "(none)" or "None" or "NOASSERTION";
}
