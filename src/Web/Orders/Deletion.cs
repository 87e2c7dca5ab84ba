using ImageInsight.Data.Queue;
using ImageInsight.Web.Spool;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Orders;

/// <summary>Deletes an analysis: its rows, its tree in memory, and at once the bytes that nothing else needs.</summary>
internal sealed class Deletion(AnalysisControl control, TreeCache trees, DockerfileCache dockerfiles, SweepSignal sweep)
{
    /// <summary>False when there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await control.DeleteAsync(id, cancellationToken))
            return false;
        trees.Remove(id);
        dockerfiles.Remove(id);
        sweep.Request();
        return true;
    }
}
