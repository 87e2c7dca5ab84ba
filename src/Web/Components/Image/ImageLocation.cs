using System.Globalization;
using System.Text.Json.Serialization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Web.Components.Image.Packages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ImageInsight.Web.Components.Image;

/// <summary>Where somebody is in an image. The address bar holds it, so a reload or a link shows the same.</summary>
public sealed record ImageLocation(string Path, int? Layer, Measure Measure, string? Finding)
{
    /// <summary>Ids of ticked findings, ascending, with commas: what the image would be without them.</summary>
    public string Without { get; init; } = "";

    /// <summary>Which part of the image is shown.</summary>
    public ImagePart Of { get; init; }

    /// <summary>The key of a tab; empty for the first one.</summary>
    public string Tab { get; init; } = ImageTabs.FilesKey;

    public PackageFilter Packages { get; init; } = PackageFilter.Start;

    public static ImageLocation Start { get; } = new("/", null, Measure.Disk, null);

    [JsonIgnore]
    public IReadOnlySet<string> Ticked =>
        Without.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    public static ImageLocation Parse(string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        var path = Text(values, "path");
        return new ImageLocation(
            path.StartsWith('/') ? path : "/",
            ParseLayer(Text(values, "layer")),
            ParseMeasure(Text(values, "measure")),
            values.ContainsKey("finding") ? Text(values, "finding") : null)
        {
            Of = ImageParts.TryParse(Text(values, "of"), out var of) ? of : ImagePart.All,
            Without = Text(values, "without"),
            Tab = ImageTabs.Find(Text(values, "tab")).Key,
            Packages = PackageFilter.Parse(values),
        };
    }

    public ImageLocation Tick(IEnumerable<string> ids) =>
        this with { Without = string.Join(',', ids.Distinct().Order(StringComparer.Ordinal)) };

    /// <summary>The same place as far as this image has it.</summary>
    public ImageLocation Within(ImageSummary image) => this with
    {
        Layer = Layer < image.Layers.Count ? Layer : null,
        Of = image.Base.Layers > 0 ? Of : ImagePart.All,
    };

    /// <summary>Only what differs from the start, so that addresses stay short.</summary>
    public string ToQuery()
    {
        var parts = new List<string>();
        if (Tab.Length > 0)
            parts.Add("tab=" + Tab);
        if (Path != "/")
            parts.Add("path=" + Escape(Path, keep: '/'));
        if (Layer is { } layer)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"layer={layer}"));
        if (Measure != Measure.Disk)
            parts.Add("measure=" + Measure.ToString().ToLowerInvariant());
        if (Of != ImagePart.All)
            parts.Add("of=" + Of.ToString().ToLowerInvariant());
        if (Finding is not null)
            parts.Add("finding=" + Uri.EscapeDataString(Finding));
        if (Without.Length > 0)
            parts.Add("without=" + Escape(Without, keep: ','));
        if (Tab == ImageTabs.PackagesKey)
            parts.AddRange(Packages.QueryParts());
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private static int? ParseLayer(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static Measure ParseMeasure(string text) =>
        !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse<Measure>(text, ignoreCase: true, out var measure)
            ? measure
            : Measure.Disk;

    private static string Text(Dictionary<string, StringValues> values, string key) =>
        values.TryGetValue(key, out var value) ? value.ToString() : "";

    private static string Escape(string text, char keep) =>
        Uri.EscapeDataString(text).Replace(Uri.HexEscape(keep), keep.ToString(), StringComparison.Ordinal);
}
