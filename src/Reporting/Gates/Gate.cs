using System.Globalization;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Gates;

/// <summary>Judges figures by limits. What is equal to a limit has passed.</summary>
public static class Gate
{
    /// <summary>Named in the detail; the number says how many there are.</summary>
    private const int NamedFindings = 10;

    /// <summary>
    /// Enough to tell efficiencies apart; cut off and not rounded, so that none is shown as the limit that it misses.
    /// </summary>
    private const decimal EfficiencyStep = 1_000_000;

    /// <param name="baseline">What growth is measured against; there when a limit asks for it.</param>
    public static IReadOnlyList<GateCheck> Judge(GateLimits limits, GateSubject image, GateSubject? baseline)
    {
        var checks = new List<GateCheck>();
        if (limits.MaxDisk is { } disk)
            checks.Add(Most("maxDisk", disk, image.DiskBytes, false, 0, ""));
        if (limits.MaxPull is { } pull)
            checks.Add(Most("maxPull", pull, image.PullBytes, image.PullEstimated, 0, ""));
        if (limits.MaxWasted is { } wasted)
            checks.Add(Most("maxWasted", wasted, image.WastedBytes, false, image.DiskBytes, "on disk"));
        if (limits.MinEfficiency is { } efficiency)
            checks.Add(Efficiency(efficiency, image));
        if (limits.FailOn is { } severity)
            checks.Add(Findings(severity, limits, image));
        if (baseline is not null && limits.MaxGrowth is { } growth)
            checks.Add(Growth("maxGrowth", growth, s => s.DiskBytes, false, image, baseline));
        if (baseline is not null && limits.MaxPullGrowth is { } pullGrowth)
            checks.Add(Growth(
                "maxPullGrowth", pullGrowth, s => s.PullBytes, image.PullEstimated || baseline.PullEstimated,
                image, baseline));
        return checks;
    }

    private static GateCheck Most(string name, Limit limit, long actual, bool estimated, long whole, string ofWhat)
    {
        var most = limit.InBytes(whole);
        var allowed = Size(most) + (limit.Percent is { } p ? $" ({Percent(p)} of {Bytes.Text(whole)} {ofWhat})" : "");
        return new GateCheck(
            name, decimal.Floor(most), actual, actual <= most,
            actual <= most ? $"{Bytes.Text(actual, estimated)}, at most {allowed}"
                : $"{Bytes.Text(actual, estimated)}, {Size(actual - most)} more than {allowed}");
    }

    private static GateCheck Efficiency(decimal least, GateSubject image)
    {
        var live = image.DiskBytes - image.WastedBytes;
        // Not the quotient: 0.95 of 20 bytes are 19, whatever a division makes of it.
        var passed = live >= least * image.DiskBytes;
        var actual = image.DiskBytes == 0 ? 1
            : decimal.Truncate(live * EfficiencyStep / image.DiskBytes) / EfficiencyStep;
        return new GateCheck(
            "minEfficiency", least, actual, passed,
            $"{Number(actual)}, at least {Number(least)}: {Bytes.Text(image.WastedBytes)} of "
                + $"{Bytes.Text(image.DiskBytes)} are wasted");
    }

    private static GateCheck Findings(Severity severity, GateLimits limits, GateSubject image)
    {
        var found = image.Findings.Where(f => f.Severity >= severity && f.Confidence >= limits.Confidence
            && !limits.Allow.Contains(f.RuleId)).ToList();
        var wanted = (severity == Severity.High ? "high severity" : $"{Word(severity)} severity or above")
            + (limits.Confidence switch
            {
                Confidence.Safe => ", safe",
                Confidence.Probable => ", safe or probable",
                _ => "",
            });
        var named = string.Join(
            "; ", found.Take(NamedFindings)
                .Select(f => $"{f.Id}: {f.Title}{(f.DiskBytes > 0 ? $" ({Bytes.Text(f.DiskBytes)})" : "")}"));
        var more = found.Count > NamedFindings ? $" and {found.Count - NamedFindings} more" : "";
        return new GateCheck(
            "failOn", 0, found.Count, found.Count == 0,
            found.Count == 0 ? $"no finding of {wanted}" : $"{found.Count} of {wanted}: {named}{more}");
    }

    private static GateCheck Growth(
        string name, Limit limit, Func<GateSubject, long> figure, bool estimated, GateSubject image,
        GateSubject baseline)
    {
        var before = figure(baseline);
        var growth = figure(image) - before;
        var most = limit.InBytes(before);
        var change = growth switch
        {
            0 => "no more and no less than",
            > 0 => $"{Bytes.Text(growth, estimated)} more than",
            _ => $"{Bytes.Text(-growth, estimated)} less than",
        };
        var allowed = most == 0 ? "no growth allowed"
            : $"{Size(most)}{(limit.Percent is { } p ? $" ({Percent(p)})" : "")} more allowed";
        var platforms = image.Platform == baseline.Platform ? ""
            : $"; {image.Platform} is compared with {baseline.Platform}";
        return new GateCheck(
            name, decimal.Floor(most), growth, growth <= most,
            $"{change} the {Bytes.Text(before)} of {baseline.Name}, {allowed}{platforms}");
    }


    /// <summary>A share may come to parts of a byte.</summary>
    private static string Size(decimal bytes) => Bytes.Text((long)Math.Min(decimal.Ceiling(bytes), long.MaxValue));

    private static string Percent(decimal percent) => Number(percent) + " %";

    private static string Number(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
