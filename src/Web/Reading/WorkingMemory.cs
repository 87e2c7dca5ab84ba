using ImageInsight.Data.Layers;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Reading;

/// <summary>
/// An analysis and what pages keep share the memory of the process: before one begins the caches let go of what is big,
/// and what the last one took goes back to the machine.
/// </summary>
internal sealed class WorkingMemory(TreeCache trees, Handover pages, RecentLayers layers)
{
    /// <summary>Of each cache: many usual images, none of the biggest.</summary>
    private const long MostCached = 16L << 20;

    /// <summary>
    /// Bytes of the heap below which nothing is given back: a collection stops everything for a moment.
    /// </summary>
    private const long MostKept = 64L << 20;

    public void MakeRoom()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= MostKept)
            return;
        trees.Trim(MostCached);
        pages.Trim(MostCached);
        layers.Trim(MostCached);
        // The collector alone keeps what an analysis took until the machine runs short.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
