using ImageInsight.Analysis.Findings;

namespace ImageInsight.Reporting.Gates;

/// <summary>What an image has to keep to; what is null is not asked for.</summary>
/// <param name="FailOn">No finding of this severity or above, that is as sure as <paramref name="Confidence"/>.</param>
/// <param name="Allow">Rules whose findings do not count.</param>
/// <param name="Baseline">The analysis that growth is measured against.</param>
public sealed record GateLimits(
    ImagePart Of, Limit? MaxDisk, Limit? MaxPull, Limit? MaxWasted, decimal? MinEfficiency, Severity? FailOn,
    Confidence Confidence, IReadOnlyList<string> Allow, Guid? Baseline, Limit? MaxGrowth, Limit? MaxPullGrowth)
{
    /// <summary>False when the sizes of the blobs alone tell.</summary>
    public bool NeedContent =>
        MaxDisk is not null || MaxWasted is not null || MinEfficiency is not null || FailOn is not null
        || MaxGrowth is not null;

    /// <summary>Null when there is nothing wrong with the question.</summary>
    public static (GateLimits? Limits, GateError? Error) Read(GateParameters asked)
    {
        if (!ImageParts.TryParse(asked.Of ?? nameof(ImagePart.All), out var of))
            return Wrong("bad-of", "of must be all, base or yours.");
        var (sizes, wrongSize) = ReadSizes(asked);
        if (wrongSize is not null)
            return (null, wrongSize);
        decimal? efficiency = null;
        if (asked.MinEfficiency is { } least)
        {
            if (!Limit.TryNumber(least, out var parsed) || parsed > 1)
                return Wrong("bad-efficiency", "minEfficiency must be from 0 to 1, for example 0.95.");
            efficiency = parsed;
        }

        if (!TryName<Severity>(asked.FailOn, out var failOn))
            return Wrong("bad-severity", "failOn must be low, medium or high.");
        if (!TryName<Confidence>(asked.Confidence, out var confidence))
            return Wrong("bad-confidence", "confidence must be maybe, probable or safe.");
        string[] allow = asked.Allow?.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (allow.FirstOrDefault(r => !FindingCatalogue.RuleIds.Contains(r)) is not null)
            return Wrong("unknown-rule", $"allow must name rules: {string.Join(", ", FindingCatalogue.RuleIds)}.");
        if (failOn is null && (asked.Confidence ?? asked.Allow) is not null)
            return Wrong("severity-missing",
                "confidence and allow say which findings count; failOn says from which severity on. It is missing.");
        Guid? baseline = null;
        if (asked.Baseline is { } other)
        {
            if (!Guid.TryParse(other, out var id))
                return Wrong("bad-baseline", "baseline must be the id of an analysis.");
            baseline = id;
        }

        var growth = sizes[3] is not null || sizes[4] is not null;
        if (growth && baseline is null)
            return Wrong("baseline-missing",
                "maxGrowth and maxPullGrowth need baseline, the id of the analysis to compare with.");
        if (!growth && baseline is not null)
            return Wrong("growth-missing", "baseline needs maxGrowth or maxPullGrowth; 0 allows no growth at all.");
        var limits = new GateLimits(
            of, sizes[0], sizes[1], sizes[2], efficiency, failOn, confidence ?? Confidence.Probable, allow, baseline,
            sizes[3], sizes[4]);
        return limits is { NeedContent: false, MaxPull: null, MaxPullGrowth: null }
            ? Wrong("no-limits",
                "No limit given: give maxDisk, maxPull, maxWasted, minEfficiency, failOn, or baseline with "
                    + "maxGrowth or maxPullGrowth.")
            : (limits, null);
    }

    /// <summary>In this order: disk, pull, wasted, growth, growth of the pull.</summary>
    private static (Limit?[] Sizes, GateError? Error) ReadSizes(GateParameters asked)
    {
        (string Name, string? Text, bool Share)[] given =
        [
            ("maxDisk", asked.MaxDisk, false), ("maxPull", asked.MaxPull, false), ("maxWasted", asked.MaxWasted, true),
            ("maxGrowth", asked.MaxGrowth, true), ("maxPullGrowth", asked.MaxPullGrowth, true),
        ];
        var sizes = new Limit?[given.Length];
        for (var i = 0; i < given.Length; i++)
            if (given[i].Text is { } text)
            {
                if (!Limit.TryParse(text, given[i].Share, out var limit))
                    return (sizes, new GateError(
                        "bad-size",
                        $"{given[i].Name} must be bytes, or a number with B, kB, MB, GB, TB, KiB, MiB, GiB or "
                            + $"TiB{(given[i].Share ? ", or a share as 2%" : "")}."));
                sizes[i] = limit;
            }

        return (sizes, null);
    }

    private static (GateLimits?, GateError?) Wrong(string code, string detail) => (null, new GateError(code, detail));

    private static bool TryName<T>(string? text, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (text is null)
            return true;
        if (text.Length == 0 || !char.IsAsciiLetter(text[0])
            || !Enum.TryParse<T>(text, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            return false;
        value = parsed;
        return true;
    }
}

public sealed record GateError(string Code, string Detail);
