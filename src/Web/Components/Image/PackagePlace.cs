using Microsoft.Extensions.Primitives;

namespace ImageInsight.Web.Components.Image;

/// <summary>Which packages somebody looks at, and how they are sorted.</summary>
/// <param name="Ecosystem">Empty for all.</param>
/// <param name="Search">A part of the name.</param>
/// <param name="Open">The purl of the one that is open.</param>
public sealed record PackagePlace(string Ecosystem, PackageSort Sort, string Search, string Open)
{
    public static PackagePlace Start { get; } = new("", PackageSort.Size, "", "");

    public static PackagePlace Parse(Dictionary<string, StringValues> values) => new(
        Text(values, "ecosystem"),
        Text(values, "sort") is { Length: > 0 } sort && !char.IsAsciiDigit(sort[0]) && Enum.TryParse<PackageSort>(sort, ignoreCase: true, out var by) ? by : PackageSort.Size,
        Text(values, "q"),
        Text(values, "package"));

    public IEnumerable<string> Parts()
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

    private static string Text(Dictionary<string, StringValues> values, string key) => values.TryGetValue(key, out var value) ? value.ToString() : "";
}

public enum PackageSort
{
    Size,
    Pull,
    Hidden,
    Name,
}
