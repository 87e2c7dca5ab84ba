using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Orders;

/// <summary>Takes orders to watch.</summary>
internal sealed class Watches(WatchStore store, Pulls pulls)
{
    public async Task<WatchRecord> AddAsync(PullOrder order, int everyHours, CancellationToken cancellationToken)
    {
        if (order.Reference.Digest is not null)
            throw new OrderException("watch-invalid", "A reference with a digest never leads elsewhere; there is nothing to watch.");
        var named = await pulls.NamedAsync(order, cancellationToken);
        return await store.AddAsync(order.Reference.ToString(), order.Platform, named?.Id, everyHours, cancellationToken);
    }
}
