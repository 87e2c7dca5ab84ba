using Microsoft.Extensions.Primitives;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>Which packages somebody looks at, and how they are sorted.</summary>
/// <param name="Ecosystem">Empty for all.</param>
/// <param name="Search">A part of the name.</param>
/// <param name="Open">The purl of the one that is open.</param>
public sealed record PackageFilter(string Ecosystem, PackageSort Sort, string Search, string Open)
{
    public static PackageFilter Start { get; } = new("", PackageSort.Size, "", "");

    public static PackageFilter Parse(Dictionary<string, StringValues> values) => new(
        Text(values, "ecosystem"),
        ParseSort(Text(values, "sort")),
        Text(values, "q"),
        Text(values, "package"));

    /// <summary>Only what differs from the start.</summary>
    public IEnumerable<string> QueryParts()
    {
        if (Ecosystem.Length > 0)
            yield return "ecosystem=" + Uri.EscapeDataString(Ecosystem);
        if (Sort != PackageSort.Size)
            yield return "sort=" + Sort.ToString().ToLowerInvariant();
        if (Search.Length > 0)
            yield return "q=" + Uri.EscapeDataString(Search);
        if (Open.Length > 0)
            yield return "package=" + Uri.EscapeDataString(Open);
    }

    private static PackageSort ParseSort(string text) =>
        !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse<PackageSort>(text, ignoreCase: true, out var sort)
            ? sort
            : PackageSort.Size;

    private static string Text(Dictionary<string, StringValues> values, string key) =>
        values.TryGetValue(key, out var value) ? value.ToString() : "";
}
