using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ImageInsight.Data.Tests;

/// <summary>Leases when a worker freezes and when the database goes away.</summary>
public sealed class LeaseTests(Engines engines)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)] // to be put back
    [InlineData(5)] // to be failed
    public async Task A_worker_that_is_frozen_while_it_stores_holds_up_nobody_else(int attempts)
    {
        await using var db = await engines.OpenAsync(Engine.Postgres);
        await db.EnqueueAsync();
        var frozen = await db.ClaimAsync("frozen");
        await SetAttemptsAsync(db, frozen.Id, attempts);
        await using (var held = await LockAsync(db, frozen.Id))
        {
            db.Clock.Advance(TimeSpan.FromMinutes(1));
            var other = await db.EnqueueAsync();
            Assert.Equal(other, (await db.ClaimAsync("w2").WaitAsync(Patience, Token)).Id);
            Assert.Equal(AnalysisState.Running, (await db.Analyses.FindAsync(frozen.Id, Token))!.State);
        }

        // It has thawed, or its session was ended.
        Assert.Null(await db.Queue.ClaimAsync("w3", Token));
        Assert.Equal(
            attempts == 5 ? AnalysisState.Failed : AnalysisState.Queued,
            (await db.Analyses.FindAsync(frozen.Id, Token))!.State);
    }

    [Fact]
    public async Task The_session_of_a_frozen_worker_is_ended_and_its_locks_with_it()
    {
        await using var db = await engines.OpenAsync(Engine.Postgres, TimeSpan.FromSeconds(1));
        await db.EnqueueAsync();
        var frozen = await db.ClaimAsync("frozen");
        await using var held = await LockAsync(db, frozen.Id);
        Assert.Equal(ChangeAnswer.Done, await db.Control.CancelAsync(frozen.Id, Token).WaitAsync(Patience, Token));
    }

    [Theory]
    [InlineData("", "7s", "0")]
    [InlineData(";Options=-c lock_timeout=5s", "7s", "5s")]
    [InlineData(";Options=-c idle_in_transaction_session_timeout=9s", "9s", "0")]
    public async Task Options_of_the_connection_string_are_kept(string options, string idle, string locks)
    {
        await using var db = await engines.OpenAsync(Engine.Postgres);
        var contexts = new Contexts(db.Contexts.Connection + options, "", TimeSpan.FromSeconds(7));
        await using var context = contexts.CreateDbContext();
        var values = await context.Database.SqlQuery<string>(
            $"""
            SELECT current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('lock_timeout')
            AS "Value"
            """)
            .SingleAsync(Token);
        Assert.Equal($"{idle} {locks}", values);
    }

    [Fact]
    public async Task After_the_database_was_away_a_worker_that_lives_is_not_taken_for_dead()
    {
        await using var proxied = await ProxiedAsync();
        var (db, proxy) = (proxied.Database, proxied.Proxy);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync("alive");
        proxy.GoAway();
        await Assert.ThrowsAnyAsync<Exception>(() => db.Queue.ClaimAsync("idle", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAnyAsync<Exception>(() => db.Queue.ClaimAsync("idle", Token));
        proxy.ComeBack();
        await ReachableAsync(db);
        Assert.Null(await db.Queue.ClaimAsync("idle", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HeartbeatAnswer.Continue, await db.Queue.HeartbeatAsync(claim, default, Token));
        db.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Null(await db.Queue.ClaimAsync("idle", Token));
        // One that is not heard of in the time of a lease is dead, after all.
        db.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await db.Queue.ClaimAsync("idle", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await db.ClaimAsync("idle")).Attempt);
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("release")]
    public async Task A_run_that_ends_while_the_database_is_away_ends_when_it_is_back(string how)
    {
        await using var proxied = await ProxiedAsync();
        var (db, proxy) = (proxied.Database, proxied.Proxy);
        await db.EnqueueAsync();
        // More restarts than attempts.
        for (var restart = 0; restart < (how == "release" ? 6 : 1); restart++)
        {
            var claim = await db.ClaimAsync();
            Assert.Equal(1, claim.Attempt);
            proxy.GoAway();
            var ending = how switch
            {
                "complete" => db.Queue.CompleteAsync(
                    claim, await Results.OfAsync(l => l.File("a", 10)), null, [], Token),
                "fail" => db.Queue.FailAsync(claim, "truncated", "cut off", [], Token),
                _ => ReleasedAsync(db, claim),
            };
            await Task.Delay(500, Token);
            Assert.False(ending.IsCompleted);
            proxy.ComeBack();
            Assert.True(await ending.WaitAsync(Patience, Token));
        }

        var (id, state) = await OnlyAsync(db);
        var expected = how == "complete" ? AnalysisState.Done
            : how == "fail" ? AnalysisState.Failed
            : AnalysisState.Queued;
        Assert.Equal(expected, state);
        Assert.Equal(how == "complete", await db.Analyses.FindingsAsync(id, Token) is not null);
    }

    [Fact]
    public void What_a_statement_is_refused_for_is_no_database_that_is_away()
    {
        Assert.True(DatabaseAway.IsCauseOf(State("57P01")));
        Assert.True(DatabaseAway.IsCauseOf(new DbUpdateException("x", State("08006"))));
        Assert.True(DatabaseAway.IsCauseOf(new NpgsqlException("x", new EndOfStreamException())));
        // A full disk, and a statement that takes too long, would do so again and again.
        Assert.False(DatabaseAway.IsCauseOf(State("53100")));
        Assert.False(DatabaseAway.IsCauseOf(new NpgsqlException("x", new TimeoutException())));
        Assert.False(DatabaseAway.IsCauseOf(new IOException("of the spool")));

        static PostgresException State(string state) => new("x", "FATAL", "FATAL", state);
    }

    private static async Task<bool> ReleasedAsync(Database db, ClaimedAnalysis claim)
    {
        await db.Queue.ReleaseAsync(claim, countAttempt: false, Token);
        return true;
    }

    private static async Task<(Guid Id, AnalysisState State)> OnlyAsync(Database db)
    {
        await using var context = db.Contexts.CreateDbContext();
        var row = await context.Analyses.SingleAsync(Token);
        return (row.Id, row.State);
    }

    /// <summary>Connections of the pool that broke say so once each.</summary>
    private static async Task ReachableAsync(Database db)
    {
        for (var i = 0; i < 50 && !await db.Contexts.CanConnectAsync(Token); i++)
            await Task.Delay(100, Token);
    }

    private static async Task SetAttemptsAsync(Database db, Guid id, int attempts)
    {
        await using var context = db.Contexts.CreateDbContext();
        await context.Analyses.Where(a => a.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.Attempts, attempts), Token);
    }

    /// <summary>As the transaction that ends an analysis begins.</summary>
    private static async Task<InsightDbContext> LockAsync(Database db, Guid id)
    {
        var context = db.Contexts.CreateDbContext();
        await context.Database.BeginTransactionAsync(Token);
        await context.Database.ExecuteSqlAsync($"SELECT id FROM analyses WHERE id = {id} FOR UPDATE", Token);
        return context;
    }

    private async Task<Proxied> ProxiedAsync()
    {
        DatabaseProxy? proxy = null;
        var db = await engines.OpenAsync(
            Engine.Postgres, change: real => (proxy = new DatabaseProxy(real)).ConnectionString);
        return new Proxied(db, proxy!);
    }

    private sealed record Proxied(Database Database, DatabaseProxy Proxy) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
