using System.ComponentModel;
using ImageInsight.Reporting.Gates;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api.Queries;

/// <summary>The question as it stands in the address.</summary>
internal sealed record GateQuery(
    [property: FromQuery(Name = "of"), Description(
        "all, base or yours: whose layers and findings count.")] string? Of = null,
    [property: FromQuery(Name = "maxDisk"), Description(
        "Most bytes on disk: 500000000, 500MB, 1.5GB or 512MiB.")] string? MaxDisk = null,
    [property: FromQuery(Name = "maxPull"), Description("Most bytes to pull.")] string? MaxPull = null,
    [property: FromQuery(Name = "maxWasted"), Description(
        "Most wasted bytes, or a share of the bytes on disk: 5%.")] string? MaxWasted = null,
    [property: FromQuery(Name = "minEfficiency"), Description(
        "Least efficiency, from 0 to 1.")] string? MinEfficiency = null,
    [property: FromQuery(Name = "failOn"), Description(
        "low, medium or high: no finding of this severity or above.")] string? FailOn = null,
    [property: FromQuery(Name = "confidence"), Description(
        "maybe, probable (when left out) or safe: findings that are less sure do not count.")]
            string? Confidence = null,
    [property: FromQuery(Name = "allow"), Description(
        "Rules whose findings do not count, with commas between them.")] string? Allow = null,
    [property: FromQuery(Name = "baseline"), Description(
        "Another analysis, to measure growth against.")] string? Baseline = null,
    [property: FromQuery(Name = "maxGrowth"), Description(
        "Most bytes on disk more than the other one has, or a share of it: 5MB, 2%.")] string? MaxGrowth = null,
    [property: FromQuery(Name = "maxPullGrowth"), Description(
        "The same of the bytes to pull.")] string? MaxPullGrowth = null,
    [property: FromQuery(Name = "format"), Description("json, text, markdown or junit.")] string? Format = null)
{
    public static readonly IReadOnlyList<string> Names =
        ["of", "maxDisk", "maxPull", "maxWasted", "minEfficiency", "failOn", "confidence", "allow", "baseline",
            "maxGrowth", "maxPullGrowth", "format"];

    public GateParameters ToParameters() => new(
        Of, MaxDisk, MaxPull, MaxWasted, MinEfficiency, FailOn, Confidence, Allow, Baseline, MaxGrowth, MaxPullGrowth);
}
