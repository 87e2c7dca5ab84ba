using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Home;

/// <summary>The analyses, newest first; looks again while something is under way.</summary>
public sealed partial class AnalysisList : PolledComponent
{
    private const string PullMeaning = "Compressed bytes of all layers: what docker pull downloads";
    private const string DiskMeaning = "Uncompressed bytes of all files in all layers";
    private const string WastedMeaning = "Stored in a layer, but deleted or replaced by a later layer";
    private const int PageSize = 25;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly Stack<AnalysisCursor?> cursors = new();
    private AnalysisPage? page;
    private AnalysisCursor? after;
    private Guid? deleting;

    [Inject]
    private AnalysisStore Store { get; set; } = null!;

    [Inject]
    private Deletion Deletion { get; set; } = null!;

    [Inject]
    private Handover Handover { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private bool HasPages => cursors.Count > 0 || page?.After is not null;

    private DateTime Now => Time.GetUtcNow().UtcDateTime;

    protected override TimeSpan Interval =>
        page?.Items.Any(i =>
            i.State is AnalysisState.Receiving or AnalysisState.Queued or AnalysisState.Running) == true ? Busy : Idle;

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive && (page = Handover.Take<AnalysisPage>(typeof(AnalysisList))) is not null)
            return;
        await LoadAsync();
        if (!RendererInfo.IsInteractive)
            Handover.Keep(typeof(AnalysisList), page!, page!.Items.Count * 1000L);
    }

    protected override async Task LoadAsync() => page = await Store.ListAsync(null, null, after, PageSize, Closed);

    private Task OlderAsync()
    {
        cursors.Push(after);
        after = page!.After;
        return LoadAsync();
    }

    private Task NewerAsync()
    {
        after = cursors.Pop();
        return LoadAsync();
    }

    private async Task DeleteAsync(Guid id)
    {
        deleting = null;
        await Deletion.DeleteAsync(id, Closed);
        await LoadAsync();
    }
}
