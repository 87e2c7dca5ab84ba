using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>The packages of an image: by size, by ecosystem, by layer, and what each was installed for.</summary>
public sealed partial class PackagesTab : ComponentBase
{
    /// <summary>Rows that are shown at first, and added at each click.</summary>
    private const int Step = 100;

    private PackagesOfPart? packages;
    private ShownPart? part;
    private (PackageFilter Filter, int? Layer)? place;
    private PackageFilter filter = PackageFilter.Start;
    private List<int> found = [];
    private IReadOnlyList<int> shown = [];
    private long foundBytes;
    private int limit = Step;
    private int? opened;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private PackageList List => Image.Part.Data.Packages!;

    private IReadOnlyList<Package> All => List.All;

    private string Subtitle
    {
        get
        {
            if (packages is null)
                return "";
            if (Image.Of != ImagePart.All)
                return (Image.Of == ImagePart.Base ? "of the base image: " : "of your layers: ")
                    + $"{Bytes.Text(packages.DiskBytes)} on disk";
            var visible = Image.Summary.Ledger.VisibleBytes;
            var (owned, share) = (packages.DiskBytes, Bytes.Percent(packages.DiskBytes, visible));
            return $"{Bytes.Text(owned)} ({share}) of the final file system belong to packages; "
                + $"{Bytes.Text(visible - owned)} in no package";
        }
    }

    private string? ExactSubtitle => packages is null ? null : Bytes.Exact(packages.DiskBytes) + " in packages";

    private static string EmptyText =>
        "No package was found: no database of dpkg, apk, rpm or pacman, no node_modules, no Python, Ruby, PHP, Java "
        + "or .NET application, no program that says what it was built from. Images made from scratch with one "
        + "stripped program look like this.";

    private string OmittedText =>
        (List.Omitted == 1
            ? "One file that names packages was"
            : $"{Bytes.Count(List.Omitted)} files that name packages were")
        + " too big to be read; the packages in it are missing here.";

    private string MoreText
    {
        get
        {
            var left = found.Count - shown.Count;
            return $"Show {Bytes.Count(Math.Min(Step, left))} of {Bytes.Count(left)} more";
        }
    }

    private string FoundText =>
        $"{Bytes.Count(found.Count)} of {Bytes.Count(packages!.Count)} packages, {Bytes.Text(foundBytes)} on disk";

    protected override void OnParametersSet()
    {
        if (Image.Part.Data.Packages?.All is not { Count: > 0 } all)
            return;
        if (part != Image.Part)
        {
            part = Image.Part;
            place = null;
            packages = new PackagesOfPart(all, part);
        }

        var location = Image.Location;
        if (place == (location.Packages, location.Layer))
            return;
        opened = FindOpened(location.Packages.Open);
        if (place is not { } before || before.Layer != location.Layer || !IsSameBut(before.Filter, location.Packages))
            limit = Step;
        place = (location.Packages, location.Layer);
        filter = location.Packages;
        Find();
    }

    /// <summary>An address names a purl, which may stand at several places; a click names the place.</summary>
    private int? FindOpened(string purl)
    {
        if (purl.Length == 0)
            return null;
        if (opened is { } known && All[known].Purl == purl)
            return known;
        for (var i = 0; i < All.Count; i++)
            if (All[i].Purl == purl)
                return i;
        return null;
    }

    /// <summary>But for the one that is open.</summary>
    private static bool IsSameBut(PackageFilter before, PackageFilter now) => before with { Open = now.Open } == now;

    private void Find()
    {
        found = packages!.Find(filter, Image.Location.Layer);
        foundBytes = found.Sum(i => All[i].DiskBytes);
        // What an address opens is to be seen.
        if (opened is { } open)
            limit = Math.Max(limit, found.IndexOf(open) + 1);
        shown = [.. found.Take(limit)];
    }

    /// <summary>While somebody types; leaving the field puts it into the address.</summary>
    private void Search(string text)
    {
        filter = filter with { Search = text };
        limit = Step;
        Find();
    }

    private void ShowMore()
    {
        limit += Step;
        shown = [.. found.Take(limit)];
    }

    private Task FilterAsync(PackageFilter wanted) => Image.GoAsync(Image.Location with { Packages = wanted });

    private Task SelectLayerAsync(int? layer) => Image.GoAsync(Image.Location with { Layer = layer });

    private Task ClearAsync() => ShowInWholeAsync("");

    private Task OpenAsync(int position)
    {
        var purl = All[position].Purl;
        var close = opened == position;
        opened = close ? null : position;
        // One that is not in the list is looked for in the whole part, then in the whole image.
        if (found.Contains(position))
            return FilterAsync(filter with { Open = close ? "" : purl });
        return packages!.Contains(position) ? ShowInWholeAsync(purl) : Image.GoAsync(Image.Location with
        {
            Of = ImagePart.All,
            Layer = null,
            Packages = PackageFilter.Start with { Open = purl },
        });
    }

    private Task ShowInWholeAsync(string purl) => Image.GoAsync(Image.Location with
    {
        Layer = null,
        Packages = PackageFilter.Start with { Open = purl, Sort = filter.Sort },
    });

    private string SbomUrl(string format) => $"{Image.ApiUrl}/sbom?{Image.OfParameter}format={format}";
}
