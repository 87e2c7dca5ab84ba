using System.Globalization;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageInsight.Web.Components.Image;

/// <summary>Where somebody is in an image. The address bar holds it, so a reload or a link shows the same.</summary>
public sealed record Place(string Path, int? Layer, Measure Measure, string? Finding)
{
    public const string PackagesTab = "packages";

    public const string DockerfileTab = "dockerfile";

    private static readonly string[] Tabs = [PackagesTab, DockerfileTab];

    /// <summary>Ids of ticked findings, ascending, with commas: what the image would be without them.</summary>
    public string Without { get; init; } = "";

    /// <summary>Whose part is shown.</summary>
    public ImagePart Of { get; init; }

    /// <summary>Which part of the page; empty for where the bytes are.</summary>
    public string Tab { get; init; } = "";

    public PackagePlace Packages { get; init; } = PackagePlace.Start;

    public IReadOnlySet<string> Ticked => Without.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    public Place Tick(IEnumerable<string> ids) => this with { Without = string.Join(',', ids.Distinct().Order(StringComparer.Ordinal)) };

    public static Place Start { get; } = new("/", null, Measure.Disk, null);

    public static Place Parse(string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new Place(
            values.TryGetValue("path", out var path) && path.ToString().StartsWith('/') ? path.ToString() : "/",
            values.TryGetValue("layer", out var layer)
                && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null,
            values.TryGetValue("measure", out var measure) && !char.IsAsciiDigit(measure.ToString().FirstOrDefault())
                && Enum.TryParse<Measure>(measure, ignoreCase: true, out var by) ? by : Measure.Disk,
            values.TryGetValue("finding", out var finding) ? finding.ToString() : null)
        {
            Of = values.TryGetValue("of", out var of) && ImageParts.TryParse(of, out var owner) ? owner : ImagePart.All,
            Without = values.TryGetValue("without", out var ids) ? ids.ToString() : "",
            Tab = values.TryGetValue("tab", out var tab) && Tabs.Contains(tab.ToString()) ? tab.ToString() : "",
            Packages = PackagePlace.Parse(values),
        };
    }

    /// <summary>Only what differs from the start, so that addresses stay short.</summary>
    public string ToQuery()
    {
        var parts = new List<string>();
        if (Tab.Length > 0)
            parts.Add("tab=" + Tab);
        if (Path != "/")
            parts.Add("path=" + Uri.EscapeDataString(Path).Replace("%2F", "/", StringComparison.Ordinal));
        if (Layer is { } layer)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"layer={layer}"));
        if (Measure != Measure.Disk)
            parts.Add("measure=" + Measure.ToString().ToLowerInvariant());
        if (Of != ImagePart.All)
            parts.Add("of=" + Of.ToString().ToLowerInvariant());
        if (Finding is not null)
            parts.Add("finding=" + Uri.EscapeDataString(Finding));
        if (Without.Length > 0)
            parts.Add("without=" + Uri.EscapeDataString(Without).Replace("%2C", ",", StringComparison.Ordinal));
        if (Tab == PackagesTab)
            parts.AddRange(Packages.Parts());
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
