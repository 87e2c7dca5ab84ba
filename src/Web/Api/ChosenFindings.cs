using ImageInsight.Analysis.Findings;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

/// <summary>Findings that a caller names by their ids.</summary>
internal static class ChosenFindings
{
    private const int MostNamed = 10;

    /// <summary>Ours are shorter; an answer does not repeat whatever it was sent.</summary>
    private const int MostOfName = 100;

    /// <summary>Refused when one of them is not there.</summary>
    public static IReadOnlyList<Finding> Select(IReadOnlyList<Finding> findings, IEnumerable<string> ids)
    {
        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        var chosen = findings.Where(f => wanted.Contains(f.Id)).ToList();
        wanted.ExceptWith(chosen.Select(f => f.Id));
        return wanted.Count == 0
            ? chosen
            : throw ProblemKinds.FindingNotFound.Because(
                "The image has no such finding: " + string.Join(", ", wanted.Order().Take(MostNamed).Select(Shorten)));
    }

    private static string Shorten(string id) => id.Length > MostOfName ? id[..MostOfName] + "…" : id;

    /// <summary>From a list with commas. Refused when one of them is not safe.</summary>
    public static IReadOnlyList<Finding> SelectSafe(IReadOnlyList<Finding> findings, string ids)
    {
        var chosen = Select(
            findings, ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var doubtful = chosen.Where(f => f.Confidence < Confidence.Safe).Select(f => f.Id).ToList();
        return doubtful.Count == 0
            ? chosen
            : throw ProblemKinds.FindingNotSafe.Because(
                "Only findings that are safe can be taken out of a finished image; these need a look at the program: "
                + string.Join(", ", doubtful.Take(MostNamed)));
    }
}
