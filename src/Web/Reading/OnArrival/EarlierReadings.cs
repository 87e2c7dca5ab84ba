using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Reading.OnArrival;

/// <summary>What an analysis need not find out, since it was read before: on arrival, or with other images.</summary>
internal sealed class EarlierReadings(Arrivals arrivals, BlobArrivals blobs, BaseStore bases)
{
    public IKnownBases Bases => bases;

    /// <summary>What was read of its upload here while that arrived; the caller's from now on.</summary>
    public ArrivalReading? Take(ClaimedAnalysis claim) => arrivals.Take(claim.Origin.SpoolName);

    /// <param name="stored">Of the origin; null where every byte is read.</param>
    public IKnownLayers? LayersOf(ClaimedAnalysis claim, ArrivalReading? arrival, IKnownLayers? stored) =>
        arrival is not null ? arrival.Before(stored)
        : claim.Origin.Source == ImageSource.Push && stored is not null ? blobs.Before(stored)
        : stored;
}
