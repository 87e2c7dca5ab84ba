using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Orders;

/// <summary>Takes orders to watch.</summary>
internal sealed class Watches(WatchStore store, Pulls pulls)
{
    private const int DefaultHours = 24;
    private const int MaxHours = 24 * 365;

    public static readonly ProblemKind[] Problems =
        [ProblemKinds.WatchInvalid, ProblemKinds.WatchExists, .. Pulls.Problems];

    /// <param name="credentialName">Of a kept one; null or empty for none.</param>
    /// <param name="everyHours">A day when left out.</param>
    public async Task<WatchRecord> AddAsync(
        string? reference, string? platform, string? credentialName, int? everyHours,
        CancellationToken cancellationToken)
    {
        if (everyHours is < 1 or > MaxHours)
            throw new OrderException(
                ProblemKinds.WatchInvalid, $"The interval must be from 1 to {MaxHours} hours.");
        var order = PullOrder.Read(
            reference, platform, string.IsNullOrEmpty(credentialName) ? null : new GivenCredential(credentialName));
        if (order.Reference.Digest is not null)
            throw new OrderException(
                ProblemKinds.WatchInvalid,
                "A digest never changes; watch a tag.");
        if (await store.ExistsAsync(order.Reference.ToString(), order.Platform, cancellationToken))
            throw new OrderException(
                ProblemKinds.WatchExists,
                $"{order.Reference}{(order.Platform is null ? "" : $" for {order.Platform}")} is watched already. "
                + "Delete that watch first to change it.");
        var named = await pulls.NamedAsync(order, cancellationToken);
        return await store.AddAsync(
            order.Reference.ToString(), order.Platform, named?.Id, everyHours ?? DefaultHours, cancellationToken);
    }
}
