using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Viewing;

/// <summary>The record by which a request found its page, for the view on that page: it is read once. One a request.</summary>
public sealed class PageRecord
{
    private ViewGrant? foundFor;
    private AnalysisRecord? found;

    public void Keep(ViewGrant grant, AnalysisRecord? record) => (foundFor, found) = (grant, record);

    /// <summary>Once: whoever asks again wants to know what has changed since.</summary>
    public AnalysisRecord? Take(ViewGrant grant)
    {
        var record = grant == foundFor ? found : null;
        found = null;
        return record;
    }
}
