using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Tests;

public sealed class QueueTests(Engines engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, CombinatorialEngines]
    public async Task Two_workers_never_claim_the_same_analysis(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        for (var i = 0; i < 20; i++)
            await db.EnqueueAsync();
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(async w =>
        {
            var mine = new List<Guid>();
            while (await db.Queue.ClaimAsync("w" + w, Token) is { } claim)
                mine.Add(claim.Id);
            return mine;
        }));
        Assert.Equal(20, claims.Sum(c => c.Count));
        Assert.Equal(20, claims.SelectMany(c => c).Distinct().Count());
    }

    [Theory, CombinatorialEngines]
    public async Task The_oldest_is_claimed_first(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var first = await db.EnqueueAsync("first");
        await db.EnqueueAsync("second");
        Assert.Equal(first, (await db.ClaimAsync()).Id);
    }

    [Theory, CombinatorialEngines]
    public async Task A_dead_workers_analysis_comes_back_after_a_backoff_and_the_dead_one_can_store_nothing(
        Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        var dead = await db.ClaimAsync("dead");
        db.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Null(await db.Queue.ClaimAsync("w2", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(2));
        // The lease has ended; the backoff begins now.
        Assert.Null(await db.Queue.ClaimAsync("w2", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(3));
        var second = await db.ClaimAsync("w2");
        Assert.Equal((dead.Id, 2), (second.Id, second.Attempt));

        var result = await Results.OfAsync(l => l.File("a", 10));
        Assert.False(await db.Queue.CompleteAsync(dead, result, null, [], Token));
        Assert.Equal(HeartbeatAnswer.Lost, await db.Queue.HeartbeatAsync(dead, default, Token));
        await using (var context = db.Contexts.CreateDbContext())
            Assert.Equal((0, 0), (await context.Layers.CountAsync(Token), await context.Images.CountAsync(Token)));
        Assert.True(await db.Queue.CompleteAsync(second, result, null, [], Token));
        Assert.Equal(AnalysisState.Done, (await db.Analyses.FindAsync(second.Id, Token))!.State);
    }

    [Theory, CombinatorialEngines]
    public async Task A_heartbeat_keeps_the_lease_and_stores_progress(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        for (var i = 0; i < 5; i++)
        {
            db.Clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(HeartbeatAnswer.Continue, await db.Queue.HeartbeatAsync(
                claim, new AnalysisProgress(i, 10, 1, 2), Token));
        }

        Assert.Null(await db.Queue.ClaimAsync("w2", Token));
        Assert.Equal(new AnalysisProgress(4, 10, 1, 2), (await db.Analyses.FindAsync(claim.Id, Token))!.Progress);
    }

    [Theory, CombinatorialEngines]
    public async Task After_five_dead_workers_an_analysis_fails(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var id = await db.EnqueueAsync();
        for (var i = 0; i < 5; i++)
        {
            await db.ClaimAsync();
            db.Clock.Advance(TimeSpan.FromMinutes(5));
            await db.Queue.ClaimAsync("sweep", Token);
            db.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        var record = await db.Analyses.FindAsync(id, Token);
        Assert.Equal((AnalysisState.Failed, "worker-died"), (record!.State, record.ErrorCode));
    }

    [Theory, CombinatorialEngines]
    public async Task What_is_given_back_on_an_orderly_stop_is_due_at_once(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        await db.Queue.ReleaseAsync(await db.ClaimAsync(), countAttempt: false, Token);
        var again = await db.ClaimAsync();
        Assert.Equal(1, again.Attempt);
        await db.Queue.ReleaseAsync(again, countAttempt: true, Token);
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, (await db.ClaimAsync()).Attempt);
    }

    [Theory, CombinatorialEngines]
    public async Task Cancelling_fails_a_queued_one_and_asks_a_running_one(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var queued = await db.EnqueueAsync();
        Assert.Equal(ChangeAnswer.Done, await db.Control.CancelAsync(queued, Token));
        Assert.Equal("cancelled", (await db.Analyses.FindAsync(queued, Token))!.ErrorCode);
        Assert.Equal(ChangeAnswer.WrongState, await db.Control.CancelAsync(queued, Token));
        Assert.Equal(ChangeAnswer.NotFound, await db.Control.CancelAsync(Guid.NewGuid(), Token));
        await db.EnqueueAsync();
        var running = await db.ClaimAsync();
        Assert.Equal(ChangeAnswer.Done, await db.Control.CancelAsync(running.Id, Token));
        Assert.Equal(HeartbeatAnswer.CancelRequested, await db.Queue.HeartbeatAsync(running, default, Token));
        Assert.True(await db.Queue.FailAsync(running, "cancelled", "by hand", [], Token));
        Assert.Equal(ChangeAnswer.Done, await db.Control.RetryAsync(running.Id, Token));
        Assert.Equal(running.Id, (await db.ClaimAsync()).Id);
    }

    [Theory, CombinatorialEngines]
    public async Task Siblings_are_queued_once(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        SiblingImage[] siblings = [new("k1", "app (linux/arm64)"), new("k2", "broken", "digest-mismatch", "bad")];
        Assert.True(await db.Queue.CompleteAsync(
            claim, await Results.OfAsync(l => l.File("a", 1)), null, siblings, Token));
        var record = await db.Analyses.FindAsync(claim.Id, Token);
        Assert.Equal(
            [("app (linux/arm64)", null, AnalysisState.Queued), ("broken", null, AnalysisState.Failed)],
            record!.Siblings.Select(s => (s.Name, s.Platform, s.State)).OrderBy(s => s.Name, StringComparer.Ordinal));
        var sibling = await db.ClaimAsync();
        Assert.Equal("k1", sibling.ImageKey);
        var ofTheSibling = (await db.Analyses.FindAsync(sibling.Id, Token))!.Siblings;
        Assert.Contains(
            ofTheSibling, s => s is { State: AnalysisState.Done, Platform: "linux/amd64" } && s.Id == claim.Id);
        Assert.True(await db.Queue.FailAsync(sibling, "x", "y", siblings, Token));
        Assert.Equal(2, (await db.Analyses.FindAsync(claim.Id, Token))!.Siblings.Count);
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
    }

    [Theory, CombinatorialEngines]
    public async Task A_waiting_worker_wakes_when_something_is_queued(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var waiting = db.Queue.WaitForWorkAsync(TimeSpan.FromMinutes(5), Token);
        await db.EnqueueAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }
}

/// <summary>Runs a test on both databases.</summary>
public sealed class CombinatorialEnginesAttribute : Xunit.v3.DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        System.Reflection.MethodInfo testMethod, Xunit.Sdk.DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<Engine>(Engine.Sqlite), new TheoryDataRow<Engine>(Engine.Postgres)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
