using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Viewing;

/// <summary>
/// The record that a page reads to know whether it exists, for the view that is drawn on it in the same request, which
/// would read it again. One a request; that of a circuit stays empty.
/// </summary>
public sealed class PageRecord(AnalysisViewer viewer)
{
    private (ViewGrant Grant, AnalysisRecord Record)? read;

    public async Task<AnalysisRecord?> ReadAsync(ViewGrant grant, CancellationToken cancellationToken)
    {
        var record = await viewer.FindAsync(grant, cancellationToken);
        read = record is null ? null : (grant, record);
        return record;
    }

    /// <summary>Once: whoever asks again wants to know what is new.</summary>
    public AnalysisRecord? Take(ViewGrant grant)
    {
        var record = read is { } r && r.Grant == grant ? r.Record : null;
        read = null;
        return record;
    }
}
