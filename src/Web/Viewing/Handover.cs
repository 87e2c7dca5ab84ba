using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Viewing;

/// <summary>
/// What a page was drawn from on the server, kept for the circuit that takes it over a moment later: it begins with the same, and what
/// the person reads already does not go away and come back.
/// </summary>
public sealed class Handover(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<ViewGrant, (ImageShown Shown, DateTimeOffset At)> kept = [];

    public void Keep(ViewGrant grant, ImageShown shown)
    {
        lock (gate)
        {
            foreach (var late in kept.Where(k => IsLate(k.Value.At)).Select(k => k.Key).ToList())
                kept.Remove(late);
            kept[grant] = (shown, time.GetUtcNow());
        }
    }

    /// <summary>Once: whoever comes later reads anew, and is asked anew whether the grant still holds.</summary>
    public ImageShown? Take(ViewGrant grant)
    {
        lock (gate)
            return kept.Remove(grant, out var found) && !IsLate(found.At) ? found.Shown : null;
    }

    private bool IsLate(DateTimeOffset at) => time.GetUtcNow() - at > Patience;
}

/// <summary>One analysis as it is shown; but for the record nothing until it is done.</summary>
public sealed record ImageShown(
    AnalysisRecord Record, FileTree? Tree, IReadOnlyList<Finding> Findings, IReadOnlyList<LeanerBase> Leaner, PackageList? Packages);
