using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

/// <summary>Analyses whose bytes still arrive.</summary>
public sealed class IncomingTests(Engines engines)
{
    private static readonly ArrivedLayer Layer = new(
        512, 2048, Digest.Parse("sha256:" + new string('a', 64)), Digest.Parse("sha256:" + new string('b', 64)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task It_is_there_from_the_first_byte_and_claimed_after_the_last(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var (incoming, id) = (Incoming(db), Guid.NewGuid());
        var upload = await incoming.BeginAsync("app", id, 5000, Token);
        Assert.Equal(id, upload.Id);
        await Assert.ThrowsAsync<AnalysisIdTakenException>(() => incoming.BeginAsync("other", id, 0, Token));
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        Assert.Equal(HeartbeatAnswer.Continue, await incoming.BeatAsync(
            upload, new AnalysisProgress(2000, 5000, 1, 2), Token));
        var seen = (await db.Analyses.FindAsync(id, Token))!;
        Assert.Equal(
            (AnalysisState.Receiving, 2000, 5000),
            (seen.State, seen.Progress.BytesDone, seen.Progress.BytesTotal));
        Assert.Equal(id, Assert.Single((await db.Analyses.ListAsync(
            null, AnalysisState.Receiving, null, 10, Token)).Items).Id);

        Assert.True(await incoming.EndAsync(
            upload, new SpooledUpload("a.tar", 5000), [Layer], stillRead: false, Token));
        var claim = await db.ClaimAsync();
        Assert.Equal((id, "a.tar", 1), (claim.Id, claim.Origin.SpoolName, claim.Attempt));
        Assert.Equal([Layer], claim.Origin.Arrived);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task While_its_layers_are_still_read_no_worker_claims_it_and_then_one_does_at_its_first_attempt(
        Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var incoming = Incoming(db);
        var upload = await incoming.BeginAsync("app", id: null, 0, Token);
        Assert.True(await incoming.EndAsync(upload, new SpooledUpload("a.tar", 5), [], stillRead: true, Token));
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        Assert.Equal(HeartbeatAnswer.Continue, await db.Queue.HeartbeatAsync(
            IncomingUploads.ClaimOf(upload), default, Token));
        await incoming.HandOverAsync(upload, [Layer], Token);
        var claim = await db.ClaimAsync();
        Assert.Equal((upload.Id, 1), (claim.Id, claim.Attempt));
        Assert.Equal([Layer], claim.Origin.Arrived);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task When_who_still_read_it_dies_a_worker_takes_it(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var incoming = Incoming(db);
        var upload = await incoming.BeginAsync("app", id: null, 0, Token);
        Assert.True(await incoming.EndAsync(upload, new SpooledUpload("a.tar", 5), [], stillRead: true, Token));
        db.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        db.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(upload.Id, (await db.ClaimAsync()).Id);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task When_who_received_it_dies_it_has_failed_and_holds_nothing(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var incoming = Incoming(db);
        var upload = await incoming.BeginAsync("app", id: null, 0, Token);
        db.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        var failed = (await db.Analyses.FindAsync(upload.Id, Token))!;
        Assert.Equal(
            (AnalysisState.Failed, "upload-incomplete", false),
            (failed.State, failed.ErrorCode, failed.BytesKept));
        Assert.Equal(ChangeAnswer.BytesGone, await db.Control.RetryAsync(upload.Id, Token));
        Assert.Empty(await db.Spool.KeptAsync(Token));
        Assert.Equal(HeartbeatAnswer.Lost, await incoming.BeatAsync(upload, default, Token));

        // It lived: only the database was away for longer than the lease.
        Assert.True(await incoming.EndAsync(upload, new SpooledUpload("a.tar", 5), [], stillRead: false, Token));
        Assert.Equal(upload.Id, (await db.ClaimAsync()).Id);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Cancelled_or_deleted_its_receiver_is_told_and_nothing_is_queued(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var incoming = Incoming(db);
        var (cancelled, deleted) = (
            await incoming.BeginAsync("a", id: null, 0, Token), await incoming.BeginAsync("b", id: null, 0, Token));
        Assert.Equal(ChangeAnswer.Done, await db.Control.CancelAsync(cancelled.Id, Token));
        Assert.True(await db.Control.DeleteAsync(deleted.Id, Token));
        Assert.Equal(HeartbeatAnswer.CancelRequested, await incoming.BeatAsync(cancelled, default, Token));
        Assert.Equal(HeartbeatAnswer.Lost, await incoming.BeatAsync(deleted, default, Token));
        foreach (var upload in (IncomingUpload[])[cancelled, deleted])
            Assert.False(await incoming.EndAsync(
                upload, new SpooledUpload($"{upload.Id}.tar", 5), [], stillRead: false, Token));
        await incoming.BreakOffAsync(cancelled, "cancelled", "Cancelled.", Token);
        Assert.Equal("cancelled", (await db.Analyses.FindAsync(cancelled.Id, Token))!.ErrorCode);
        Assert.Null(await db.Queue.ClaimAsync("w", Token));
        Assert.Empty(await db.Spool.KeptAsync(Token));
    }

    [Fact]
    public async Task A_receiver_that_is_frozen_while_it_ends_holds_up_no_worker()
    {
        await using var db = await engines.OpenAsync(Engine.Postgres);
        var upload = await Incoming(db).BeginAsync("app", id: null, 0, Token);
        await using var connection = new Npgsql.NpgsqlConnection(db.Contexts.Connection);
        await connection.OpenAsync(Token);
        await using var held = await connection.BeginTransactionAsync(Token);
        await using (var command = new Npgsql.NpgsqlCommand("SELECT 1 FROM analyses FOR UPDATE", connection, held))
            await command.ExecuteNonQueryAsync(Token);
        db.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await db.Queue.ClaimAsync("w", Token).WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(AnalysisState.Receiving, (await db.Analyses.FindAsync(upload.Id, Token))!.State);
    }

    private static IncomingUploads Incoming(Database db) => db.Services.GetRequiredService<IncomingUploads>();
}
