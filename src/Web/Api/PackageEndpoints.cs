using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.BillsOfMaterials;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

/// <summary>What package managers installed, and what programs say they were made of.</summary>
internal static class PackageEndpoints
{
    private const int Page = 200;

    private const int MaxPage = 1000;

    private const string Lines = "application/x-ndjson";

    private static readonly JsonSerializerOptions LineJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, Func<IEnumerable<int>, IReadOnlyList<Package>, IEnumerable<int>>> Sorts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["size"] = (all, p) => all.OrderByDescending(i => p[i].DiskBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
        ["pull"] = (all, p) => all.OrderByDescending(i => p[i].PullBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
        ["dead"] = (all, p) => all.OrderByDescending(i => p[i].DeadBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
        ["name"] = (all, p) => all.OrderBy(i => p[i].Name, StringComparer.OrdinalIgnoreCase).ThenBy(i => p[i].Version, StringComparer.Ordinal),
    };

    public static void MapPackages(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Packages");
        analysis.MapGet("/packages", ListAsync).WithName("ListPackages").WithSummary("The packages of an image")
            .WithDescription(
                "ecosystem: deb, rpm, npm, … (the type of the purl). of: all, base or yours, by the layer that brought it. layer: what one layer brought. name: a part of the name. sort: size, pull, dead or name. "
                + $"take: at most {MaxPage}; after: of the page before. With Accept: {Lines} all of them, a JSON line each.")
            .Produces<PackagePage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        analysis.MapGet("/sbom", SbomAsync).WithName("GetSbom").WithSummary("The packages as a software bill of materials")
            .WithDescription("format: cyclonedx (1.6, JSON) or spdx (2.3, JSON). of: all, base or yours, by the layer that brought the package.")
            .Produces(StatusCodes.Status200OK, contentType: SbomExport.CycloneDx.MediaType, additionalContentTypes: SbomExport.Spdx.MediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(
        Guid id, HttpRequest request, AnalysisStore store, CancellationToken cancellationToken,
        string? ecosystem = null, int? layer = null, string? name = null, string sort = "size", string? after = null, int take = Page,
        string of = "all")
    {
        if (!Sorts.TryGetValue(sort, out var order))
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-sort", "sort must be size, pull, dead or name.");
        if (take is < 1 or > MaxPage)
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-take", $"take must be from 1 to {MaxPage}.");
        var skip = 0;
        if (after is not null && (!int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out skip) || skip < 0))
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-after", "after must be what the page before answered.");
        if (!ImageParts.TryParse(of, out var owner))
            return Problem.BadOwner();
        if (await store.PackagesAsync(id, cancellationToken) is not { } list
            || (owner == ImagePart.All ? BaseImage.Unknown : (await store.FindAsync(id, cancellationToken))?.Summary?.Base) is not { } itsBase)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var all = list.All;
        var mine = Enumerable.Range(0, all.Count).Where(i => owner.HasLayer(itsBase, all[i].Layer)).ToList();
        var wanted = mine.Where(i =>
            (ecosystem is null || all[i].Ecosystem.Equals(ecosystem, StringComparison.OrdinalIgnoreCase)) && (layer is null || all[i].Layer == layer)
            && (name is null || all[i].Name.Contains(name, StringComparison.OrdinalIgnoreCase)));
        var sorted = order(wanted, all).ToList();
        if (request.GetTypedHeaders().Accept?.Any(a => a.MediaType == Lines) == true)
            return TypedResults.Stream(stream => WriteLinesAsync(list, sorted, stream, cancellationToken), Lines);
        var ecosystems = mine.Select(i => all[i]).GroupBy(p => p.Ecosystem).Select(g => new EcosystemAnswer(g.Key, g.Count(), g.Sum(p => p.DiskBytes), g.Sum(p => p.PullBytes)))
            .OrderByDescending(e => e.DiskBytes).ToList();
        return TypedResults.Ok(new PackagePage(
            [.. sorted.Skip(skip).Take(take).Select(i => PackageAnswer.Of(list, i))],
            skip + take < sorted.Count ? (skip + take).ToString(CultureInfo.InvariantCulture) : null,
            sorted.Count, ecosystems, list.Omitted));
    }

    private static async Task WriteLinesAsync(PackageList list, List<int> sorted, Stream stream, CancellationToken cancellationToken)
    {
        var newline = "\n"u8.ToArray();
        await using var buffered = new BufferedStream(stream, 64 << 10);
        foreach (var i in sorted)
        {
            await JsonSerializer.SerializeAsync(buffered, PackageAnswer.Of(list, i), LineJson, cancellationToken);
            await buffered.WriteAsync(newline, cancellationToken);
        }
    }

    private static async Task<IResult> SbomAsync(Guid id, AnalysisStore store, CancellationToken cancellationToken, string format = "cyclonedx", string of = "all")
    {
        if (SbomExport.Find(format) is not { } export)
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-format", "format must be cyclonedx or spdx.");
        if (!ImageParts.TryParse(of, out var owner))
            return Problem.BadOwner();
        if (await store.PackagesAsync(id, cancellationToken) is not { } list || await store.FindAsync(id, cancellationToken) is not { Summary: { } summary } record)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var bill = BillOfMaterials.Of(record.Id, record.Name, record.FinishedAt ?? record.CreatedAt, summary, list, owner);
        return TypedResults.Stream(stream => export.WriteAsync(bill, stream, cancellationToken), export.MediaType, $"sbom-{id}.{export.Extension}");
    }
}

/// <param name="After">Pass as <c>after</c> for the next page; null at the end.</param>
/// <param name="Total">How many match.</param>
/// <param name="Ecosystems">Of the whole image, or of the base or yours where only that is asked for; most bytes first.</param>
/// <param name="Omitted">Files that name packages and were too big, or too many, to keep: the list lacks theirs.</param>
public sealed record PackagePage(IReadOnlyList<PackageAnswer> Items, string? After, int Total, IReadOnlyList<EcosystemAnswer> Ecosystems, int Omitted);

public sealed record EcosystemAnswer(string Ecosystem, int Packages, long DiskBytes, long PullBytes);

/// <param name="Purl">https://github.com/package-url/purl-spec</param>
/// <param name="FoundAt">The database, manifest or program that names it.</param>
/// <param name="Layer">The layer that brought it in this version.</param>
/// <param name="DiskBytes">Of its files in the final file system; a file that several packages name counts for the first.</param>
/// <param name="PullBytes">Their share of the compressed layers.</param>
/// <param name="DeadBytes">Hidden bytes that layers carry at its paths.</param>
/// <param name="Dependencies">Purls of the packages of this image that it needs.</param>
/// <param name="RequiredBy">Purls of those that need it.</param>
/// <param name="OnPurpose">Asked for by somebody (true), brought by another package (false); left out when nothing tells.</param>
/// <param name="Development">The lock file says that only development needs it.</param>
/// <param name="License">As its metadata states it: SPDX, or a name of its author's; several are separated by "; ". Left out when nothing states one.</param>
/// <param name="OwnedBy">Purl of the package that its files count for, when none count for itself.</param>
public sealed record PackageAnswer(
    string Name, string Version, string Ecosystem, string Purl, string FoundAt, int Layer, long DiskBytes, long PullBytes, long DeadBytes, int Files,
    IReadOnlyList<string> Dependencies, IReadOnlyList<string> RequiredBy, bool? OnPurpose, bool Development, string? License, string? OwnedBy)
{
    public static PackageAnswer Of(PackageList list, int position)
    {
        var p = list.All[position];
        return new PackageAnswer(
            p.Name, p.Version, p.Ecosystem, p.Purl, p.FoundAt, p.Layer, p.DiskBytes, p.PullBytes, p.DeadBytes, p.Files, p.Dependencies,
            [.. list.NeededBy[position].Select(n => list.All[n].Purl).Distinct()], p.OnPurpose, p.Development, p.License, p.OwnedBy);
    }
}
