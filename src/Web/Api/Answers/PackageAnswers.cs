using System.Text.Json.Serialization;
using ImageInsight.Analysis.Packages;
using ImageInsight.Reporting.Answers;

namespace ImageInsight.Web.Api.Answers;

/// <param name="After">Pass as <c>after</c> for the next page; null at the end.</param>
/// <param name="Total">How many match.</param>
/// <param name="Ecosystems">Of the whole image, or of the base or yours where only that is asked for; most bytes
/// first.</param>
/// <param name="Omitted">Files that name packages and were too big, or too many, to keep: the list lacks
/// theirs.</param>
public sealed record PackagePage(
    IReadOnlyList<PackageAnswer> Items, string? After, int Total, IReadOnlyList<EcosystemAnswer> Ecosystems,
    int Omitted);

public sealed record EcosystemAnswer(string Ecosystem, int Packages, long DiskBytes, long PullBytes);

/// <param name="Purl">https://github.com/package-url/purl-spec</param>
/// <param name="FoundAt">The database, manifest or program that names it.</param>
/// <param name="Layer">The layer that brought it in this version.</param>
/// <param name="DiskBytes">Of its files in the final file system; a file that several packages name counts for the
/// first.</param>
/// <param name="PullBytes">Their share of the compressed layers.</param>
/// <param name="WastedBytes">Wasted bytes that layers carry at its paths.</param>
/// <param name="Dependencies">Purls of the packages of this image that it needs.</param>
/// <param name="RequiredBy">Purls of those that need it.</param>
/// <param name="OnPurpose">Asked for by somebody (true), brought by another package (false); left out when nothing
/// tells.</param>
/// <param name="Development">The lock file says that only development needs it.</param>
/// <param name="License">As its metadata states it: SPDX, or a name of its author's; several are separated by "; ".
/// Left out when nothing states one.</param>
/// <param name="OwnedBy">Purl of the package that its files count for, when none count for itself.</param>
public sealed record PackageAnswer(
    string Name, string Version, string Ecosystem, string Purl, string FoundAt, int Layer, long DiskBytes,
    long PullBytes, long WastedBytes, int Files,
    IReadOnlyList<string> Dependencies, IReadOnlyList<string> RequiredBy, bool? OnPurpose, bool Development,
    string? License, string? OwnedBy)
{
    /// <summary>What it takes in an answer.</summary>
    [JsonIgnore]
    public int TextLength => new[] { Name, Version, Purl, FoundAt, License, OwnedBy }.Concat(Dependencies)
        .Concat(RequiredBy).Sum(t => JsonLength.Measure(t) + 3);

    public static PackageAnswer FromList(PackageList list, int position)
    {
        var p = list.All![position];
        return new PackageAnswer(
            p.Name, p.Version, p.Ecosystem, p.Purl, p.FoundAt, p.Layer, p.DiskBytes, p.PullBytes, p.WastedBytes,
            p.Files, p.Dependencies,
            [.. list.NeededBy[position].Select(n => list.All[n].Purl).Distinct()], p.OnPurpose, p.Development,
            p.License, p.OwnedBy);
    }
}
