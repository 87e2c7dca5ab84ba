using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Findings.Secrets;

/// <summary>
/// Keys and passwords in variables of the config or the history: everyone who can pull reads them. Values are never
/// shown.
/// </summary>
internal sealed class SecretVariableRule : IFindingRule
{
    public const string RuleId = "secret-variable";

    /// <summary>Named in a title and a snippet.</summary>
    private const int MostShown = 50;

    private const int MostNames = 10_000;

    /// <summary>Longer ones are no names of variables that anybody means.</summary>
    private const int LongestName = 255;

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        image.Work.Spend(image.Facts.Environment.Count + image.Facts.History.Sum(h => h.SecretNames?.Count ?? 0));
        var inEnvironment = new SortedSet<string>(
            image.Facts.Environment.Select(SecretNames.Hidden).OfType<string>(), StringComparer.Ordinal);
        var inHistory = new SortedSet<string>(
            image.Facts.History.SelectMany(h => h.SecretNames ?? []).Where(n => !inEnvironment.Contains(n)),
            StringComparer.Ordinal);
        foreach (var finding in Found(image, "env", "set in the image's environment", inEnvironment)
            .Concat(Found(image, "history", "readable in the image's history", inHistory)))
            yield return finding;
    }

    /// <summary>Secrets, and apart from them what only says whose secret is meant.</summary>
    private static IEnumerable<Finding> Found(
        FindingContext image, string place, string where, SortedSet<string> names)
    {
        foreach (var kind in names.GroupBy(SecretNames.IsIdentifier).OrderBy(g => g.Key))
        {
            var own = new SortedSet<string>(kind, StringComparer.Ordinal);
            var finding = FindingOf(
                image, kind.Key ? place + "-id" : place, Capital($"{Listed(own)} {where}"), own);
            yield return kind.Key ? finding with { Severity = Severity.Low } : finding;
        }
    }

    private static string Listed(SortedSet<string> names) =>
        string.Join(", ", names.Take(MostShown).Select(Phrases.Path))
        + (names.Count > MostShown ? $" and {names.Count - MostShown} more" : "");

    private static string Capital(string title) =>
        title.StartsWith("a ", StringComparison.Ordinal)
            || title.StartsWith("an ", StringComparison.Ordinal) ? "A" + title[1..] : title;

    private static Finding FindingOf(FindingContext image, string place, string title, SortedSet<string> names)
    {
        var line = image.Facts.History.FirstOrDefault(h => (h.SecretNames ?? []).Any(names.Contains));
        return new Finding(
            $"{RuleId}-{place}",
            RuleId,
            title,
            Severity.High,
            Confidence.Probable,
            0,
            0,
            line?.Layer,
            line?.Instruction,
            0,
            [],
            new Fix(
                "Values of ENV and ARG stay in the image's config and history. Treat the secret as leaked: replace " +
                "it. Give the new one to the container when it starts, or to a build by a secret mount.",
                string.Join('\n', names.Take(MostShown).Select(n => SecretNames.IsWords(n)
                    ? "RUN --mount=type=secret,id=token,target=/run/secrets/token <the command, which reads that file>"
                    : $"RUN --mount=type=secret,id={n.ToLowerInvariant()},env={n} <the command that needs it>")
                    .Distinct())),
            ["CIS-DI-0010"],
            BodySet.Empty)
        {
            Remedy = new Remedy.MountSecrets([
                .. names.Where(n => !SecretNames.IsWords(n) && n.Length <= LongestName).Take(MostNames)
            ]),
        };
    }
}
