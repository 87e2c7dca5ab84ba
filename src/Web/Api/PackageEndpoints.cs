using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Reporting.BillsOfMaterials;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>What package managers installed, and what programs say they were made of.</summary>
internal static class PackageEndpoints
{
    private static readonly Dictionary<string, Func<IEnumerable<int>, IReadOnlyList<Package>, IEnumerable<int>>> Sorts =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["size"] = (all, p) =>
                all.OrderByDescending(i => p[i].DiskBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
            ["pull"] = (all, p) =>
                all.OrderByDescending(i => p[i].PullBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
            ["wasted"] = (all, p) =>
                all.OrderByDescending(i => p[i].WastedBytes).ThenBy(i => p[i].Name, StringComparer.Ordinal),
            ["name"] = (all, p) => all.OrderBy(i => p[i].Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(i => p[i].Version, StringComparer.Ordinal),
        };

    public static void MapPackages(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Packages");
        analysis.MapGet("/packages", ListAsync).WithName("ListPackages").WithSummary("The packages of an image")
            .WithDescription(
                "ecosystem: deb, rpm, npm, … (the type of the purl). "
                + "of: all, base or yours, by the layer that brought it. "
                + "layer: what one layer brought. name: a part of the name. sort: size, pull, wasted or name. "
                + $"take: at most {PackageQuery.MaxPage}, fewer where they need very many; after: of the page before. "
                + $"With Accept: {JsonLines.MediaType} all of them, a JSON line each.")
            .CanFail(
                ProblemKinds.BadSort, ProblemKinds.BadTake, ProblemKinds.BadAfter, ProblemKinds.BadOf)
            .CanFail(DoneAnalyses.Problems);
        analysis.MapGet("/sbom", SbomAsync).WithName("GetSbom")
            .WithSummary("The packages as a software bill of materials")
            .WithDescription(
                "format: cyclonedx (1.6, JSON) or spdx (2.3, JSON). "
                + "of: all, base or yours, by the layer that brought the package.")
            .CanFail(ProblemKinds.BadFormat, ProblemKinds.BadOf)
            .CanFail(DoneAnalyses.Problems);
    }

    private static async Task<Results<Ok<PackagePage>, SentBody<JsonLines<PackageAnswer>>>> ListAsync(
        Guid id, [AsParameters] PackageQuery asked, HttpRequest request, DoneAnalyses analyses,
        CancellationToken cancellationToken)
    {
        if (!Sorts.TryGetValue(asked.Sort, out var order))
            throw ProblemKinds.BadSort.Because("sort must be size, pull, wasted or name.");
        if (asked.Take is < 1 or > PackageQuery.MaxPage)
            throw ProblemKinds.BadTake.Because($"take must be from 1 to {PackageQuery.MaxPage}.");
        var skip = PageStart.Parse(asked.After);
        var of = RequestedPart.Parse(asked.Of);
        var list = await analyses.PackagesAsync(id, cancellationToken);
        var itsBase = await analyses.BaseForAsync(of, id, cancellationToken);
        var all = list.All;
        var mine = Enumerable.Range(0, all.Count).Where(i => of.HasLayer(itsBase, all[i].Layer)).ToList();
        var sorted = order(mine.Where(i => Matches(all[i], asked)), all).ToList();
        if (JsonLines.AreWanted(request))
            return JsonLines.Create(sorted.Select(i => PackageAnswer.FromList(list, i)), cancellationToken);
        var (page, _) = PageText.Cut(
            sorted.Skip(skip).Select(i => PackageAnswer.FromList(list, i)), asked.Take, p => p.TextLength);
        return TypedResults.Ok(new PackagePage(
            page, PageStart.Next(skip, page.Count, sorted.Count), sorted.Count, Ecosystems(mine.Select(i => all[i])),
            list.Omitted));
    }

    private static bool Matches(Package package, PackageQuery asked) =>
        (asked.Ecosystem is null || package.Ecosystem.Equals(asked.Ecosystem, StringComparison.OrdinalIgnoreCase))
        && (asked.Layer is null || package.Layer == asked.Layer)
        && (asked.Name is null || package.Name.Contains(asked.Name, StringComparison.OrdinalIgnoreCase));

    private static List<EcosystemAnswer> Ecosystems(IEnumerable<Package> packages) => packages.GroupBy(p => p.Ecosystem)
        .Select(g => new EcosystemAnswer(g.Key, g.Count(), g.Sum(p => p.DiskBytes), g.Sum(p => p.PullBytes)))
        .OrderByDescending(e => e.DiskBytes).ToList();

    private static async Task<SentBody<SbomFormats>> SbomAsync(
        Guid id, DoneAnalyses analyses, CancellationToken cancellationToken, string format = "cyclonedx",
        string of = "all")
    {
        var export = SbomExport.Find(format)
            ?? throw ProblemKinds.BadFormat.Because("format must be cyclonedx or spdx.");
        var part = RequestedPart.Parse(of);
        var list = await analyses.PackagesAsync(id, cancellationToken);
        var (record, summary) = await analyses.FindAsync(id, cancellationToken);
        var bill = BillOfMaterials.FromPackages(
            record.Id, record.Name, record.FinishedAt ?? record.CreatedAt, summary, list, part);
        return SentBody<SbomFormats>.FromWriter(
            export.MediaType, stream => export.WriteAsync(bill, stream, cancellationToken),
            $"sbom-{id}.{export.Extension}");
    }
}
