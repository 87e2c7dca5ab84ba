using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

public sealed class StoreTests(Engines engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, CombinatorialEngines]
    public async Task What_is_stored_is_read_back_to_the_byte(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(
            l => l.Directory("d").File("d/a", 1000, mode: 0x9ed, uid: 7, gid: 8, pax: ("SCHILY.xattr.user.x", "1"))
                .Record([(byte)'b', 0xff, (byte)'%'], '0', [1, 2, 3]).Symlink("l", "d/a").HardLink("h", "d/a")
                .File("naïve", 5),
            l => l.Whiteout("d/a").File("new/deep/er", 10));
        var id = await StoreAsync(db, result);
        var tree = (await db.Analyses.LoadTreeAsync(id, Token))!;
        Assert.Equal(result.Tree.Ledger, tree.Ledger);
        Assert.Equal(result.Tree.WastedByLayer, tree.WastedByLayer);
        Assert.Equal(result.Tree.VisibleEntries(), tree.VisibleEntries());
        Assert.Equal(result.Facts.Layers.Select(l => l.Blob.Shares), tree.Layers.Select(l => l.Blob.Shares));
        var summary = (await db.Analyses.FindAsync(id, Token))!.Summary!;
        Assert.Equal(result.Facts.ConfigDigest.ToString(), summary.ConfigDigest);
        Assert.Equal(result.Facts.Layers.Select(l => l.Layer.RecordCount), summary.Layers.Select(l => l.Entries));
        Assert.Equal(result.Facts.Layers.Sum(l => l.Blob.PullBytes), summary.PullBytes);
        // Postgres stores no NUL.
        Assert.Equal("RUN make\uFFFDit", summary.Layers[0].Instruction);
        Assert.Equal(
            JsonSerializer.Serialize(ImageSummary.FromAnalysis(result).Layers).Replace(
                "\\u0000", "\\uFFFD", StringComparison.Ordinal),
            JsonSerializer.Serialize(summary.Layers));
        Assert.Equal(ImageSummary.FromAnalysis(result).Ledger, summary.Ledger);
        Assert.Equal(
            JsonSerializer.Serialize(ImageSummary.FromAnalysis(result).Base), JsonSerializer.Serialize(summary.Base));
    }

    [Theory, CombinatorialEngines]
    public async Task Findings_are_read_back_biggest_first(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(l => l.File("var/lib/apt/lists/x", 5000).File("root/.npm/_cacache/y", 9000));
        var id = await StoreAsync(db, result);
        var findings = (await db.Analyses.FindingsAsync(id, Token))!;
        Assert.Equal(["package-cache-npm-0", "package-cache-apt-0"], findings.Select(f => f.Id));
        Assert.Equal(result.Findings[0].Paths, findings[0].Paths);
        Assert.Equal(result.Findings.Select(f => f.Remedy), findings.Select(f => f.Remedy));
        Assert.Null(await db.Analyses.FindingsAsync(Guid.NewGuid(), Token));

        var heads = (await db.Analyses.FindingHeadsAsync(id, Token))!;
        Assert.Equal(
            findings.Select(f => (f.Id, f.Title, f.DiskBytes, f.PathCount, f.Fix, f.Remedy)),
            heads.Select(f => (f.Id, f.Title, f.DiskBytes, f.PathCount, f.Fix, f.Remedy)));
        Assert.All(heads, f => Assert.Empty(f.Paths));
        Assert.Equal(
            findings.Select(f => f.Bodies.Layers.Select(l => l.Layer)),
            heads.Select(f => f.Bodies.Layers.Select(l => l.Layer)));
        Assert.All(heads.SelectMany(f => f.Bodies.Layers), l => Assert.Empty(l.Ordinals));
        Assert.Null(await db.Analyses.FindingHeadsAsync(Guid.NewGuid(), Token));
        var one = (await db.Analyses.FindingAsync(id, findings[^1].Id, Token))!;
        Assert.Equal((findings[^1].Id, findings[^1].Title), (one.Id, one.Title));
        Assert.Equal(findings[^1].Paths, one.Paths);
        Assert.Equal(
            findings[^1].Bodies.Layers.SelectMany(l => l.Ordinals), one.Bodies.Layers.SelectMany(l => l.Ordinals));
        Assert.Null(await db.Analyses.FindingAsync(id, "none", Token));
        Assert.Null(await db.Analyses.FindingAsync(Guid.NewGuid(), findings[^1].Id, Token));
    }

    [Theory, CombinatorialEngines]
    public async Task A_layer_is_stored_once_and_lives_as_long_as_an_image_needs_it(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var first = await StoreAsync(db, await Results.OfAsync(l => l.File("base", 10), l => l.File("one", 1)));
        var second = await StoreAsync(db, await Results.OfAsync(l => l.File("base", 10), l => l.File("two", 2)));
        Assert.Equal((3, 3, 3), await CountAsync(db));
        Assert.True(await db.Control.DeleteAsync(first, Token));
        Assert.Equal((2, 2, 2), await CountAsync(db));
        Assert.NotNull(await db.Analyses.LoadTreeAsync(second, Token));
        Assert.Null(await db.Analyses.LoadTreeAsync(first, Token));
        Assert.True(await db.Control.DeleteAsync(second, Token));
        Assert.Equal((0, 0, 0), await CountAsync(db));
        Assert.False(await db.Control.DeleteAsync(second, Token));
    }

    [Theory, CombinatorialEngines]
    public async Task The_same_layer_twice_in_one_image_is_stored_once(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var layer = new LayerBuilder().File("a", 10).ToArray();
        var id = await StoreAsync(
            db, await Results.OfAsync(new ArchiveBuilder().WithRawLayer(layer).WithRawLayer(layer)));
        Assert.Equal((1, 1, 1), await CountAsync(db));
        Assert.Equal(2, (await db.Analyses.FindAsync(id, Token))!.Summary!.Layers.Count);
        Assert.Equal(20, (await db.Analyses.LoadTreeAsync(id, Token))!.Ledger.DiskBytes);
    }

    [Theory, CombinatorialEngines]
    public async Task Workers_that_store_the_same_layers_at_the_same_time_do_not_hurt_each_other(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(
            l => l.File("base", 10), l => l.File("x", 1), l => l.File("y", 2), l => l.File("z", 3));
        var claims = new List<ClaimedAnalysis>();
        for (var i = 0; i < 6; i++)
        {
            await db.EnqueueAsync();
            claims.Add(await db.ClaimAsync());
        }

        var stored = await Task.WhenAll(
            claims.Select(c => Task.Run(() => db.Queue.CompleteAsync(c, result, null, [], Token))));
        Assert.All(stored, Assert.True);
        Assert.Equal((4, 4, 4), await CountAsync(db));
    }

    [Fact]
    public async Task A_result_that_met_a_deadlock_is_stored_all_the_same()
    {
        await using var db = await engines.OpenAsync(Engine.Postgres);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        var result = await Results.OfAsync(l => l.File("a", 10));
        await using var context = db.Contexts.CreateDbContext();
        var other = await context.Database.BeginTransactionAsync(Token);
        // So that it is not this one that Postgres ends: a deadlock ends whoever looks first.
        await context.Database.ExecuteSqlAsync($"SET LOCAL deadlock_timeout = '60s'", Token);
        context.Layers.Add(
            new LayerRow
            {
                DiffId = result.Facts.Layers[0].Layer.DiffId.ToString(),
                AnalyzerVersion = Analysis.Layers.Layer.AnalyzerVersion
            });
        await context.SaveChangesAsync(Token);
        var storing = Task.Run(() => db.Queue.CompleteAsync(claim, result, null, [], Token), Token);
        await Task.Delay(300, Token);
        await context.Database.ExecuteSqlAsync($"SELECT id FROM analyses WHERE id = {claim.Id} FOR UPDATE", Token);
        await other.RollbackAsync(Token);
        Assert.True(await storing);
        Assert.Equal((1, 1, 1), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task An_analysis_that_is_deleted_while_its_result_is_stored_leaves_no_layers(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        var result = await Results.OfAsync(l => l.File("a", 10));
        // Somebody else is about to store the same layer, so the result waits in the middle of its transaction.
        await using var context = db.Contexts.CreateDbContext();
        var other = await context.Database.BeginTransactionAsync(Token);
        context.Layers.Add(
            new LayerRow
            {
                DiffId = result.Facts.Layers[0].Layer.DiffId.ToString(),
                AnalyzerVersion = Analysis.Layers.Layer.AnalyzerVersion
            });
        await context.SaveChangesAsync(Token);
        var storing = Task.Run(() => db.Queue.CompleteAsync(claim, result, null, [], Token), Token);
        await Task.Delay(300, Token);
        var deleting = Task.Run(() => db.Control.DeleteAsync(claim.Id, Token), Token);
        await Task.Delay(300, Token);
        await other.RollbackAsync(Token);
        await storing;
        Assert.True(await deleting);
        // It belongs to nothing, and goes after a while.
        db.Clock.Advance(LayerWriter.KeepUnlinked + TimeSpan.FromMinutes(1));
        await db.Services.GetRequiredService<LayerWriter>().CollectAsync(Token);
        Assert.Equal((0, 0, 0), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task A_result_that_is_cancelled_half_way_leaves_nothing(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        var result = await Results.OfAsync(l =>
        {
            for (var i = 0; i < 20_000; i++)
                l.File($"d/{i}", 1);
        });
        using var stop = new CancellationTokenSource();
        var storing = Task.Run(() => db.Queue.CompleteAsync(claim, result, null, [], stop.Token), Token);
        await Task.Delay(15, Token);
        await stop.CancelAsync();
        var done = await storing.ContinueWith(
            t => t.IsCompletedSuccessfully && t.GetAwaiter().GetResult(), Token, TaskContinuationOptions.None,
            TaskScheduler.Default);
        // Whole or not at all, whichever was quicker; a layer may be there that nothing refers to.
        Assert.Equal(done, await db.Analyses.LoadTreeAsync(claim.Id, Token) is not null);
        await using var context = db.Contexts.CreateDbContext();
        Assert.Equal(done ? 1 : 0, await context.ImageLayers.CountAsync(Token));
        db.Clock.Advance(LayerWriter.KeepUnlinked + TimeSpan.FromMinutes(1));
        await db.Services.GetRequiredService<LayerWriter>().CollectAsync(Token);
        Assert.Equal(done ? (1, 1, 1) : (0, 0, 0), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task Pages_follow_each_other_newest_first(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        for (var i = 0; i < 7; i++)
            await db.EnqueueAsync($"App-{i}");
        var first = await db.Analyses.ListAsync(null, null, null, 3, Token);
        var second = await db.Analyses.ListAsync(null, null, first.After, 3, Token);
        var third = await db.Analyses.ListAsync(null, null, second.After, 3, Token);
        Assert.Equal(
            ["App-6", "App-5", "App-4", "App-3", "App-2", "App-1", "App-0"],
            new[] { first, second, third }.SelectMany(p => p.Items).Select(a => a.Name));
        Assert.Null(third.After);
        Assert.Equal("App-3", Assert.Single((await db.Analyses.ListAsync("pp-3", null, null, 9, Token)).Items).Name);
        Assert.Empty((await db.Analyses.ListAsync("pp_3", null, null, 9, Token)).Items);
        Assert.Empty((await db.Analyses.ListAsync(null, AnalysisState.Done, null, 9, Token)).Items);
    }

    [Theory, CombinatorialEngines]
    public async Task A_share_opens_until_it_expires_or_is_revoked(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var id = await db.EnqueueAsync();
        var share = (await db.Shares.CreateAsync(id, TimeSpan.FromHours(1), Token))!;
        Assert.Equal(43, share.Token.Length);
        Assert.Equal(id, (await db.Shares.OpenAsync(share.Token, Token))!.AnalysisId);
        Assert.Null(await db.Shares.OpenAsync(share.Token[..^1] + (share.Token[^1] == 'A' ? 'E' : 'A'), Token));
        await using (var context = db.Contexts.CreateDbContext())
            Assert.DoesNotContain(
                share.Token, System.Text.Encoding.UTF8.GetString((await context.Shares.SingleAsync(Token)).TokenHash),
                StringComparison.Ordinal);
        db.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(await db.Shares.OpenAsync(share.Token, Token));
        Assert.False(await db.Shares.IsOpenAsync(share.Id, Token));
        Assert.Empty((await db.Shares.ListAsync(id, Token))!);
        var other = (await db.Shares.CreateAsync(id, TimeSpan.FromHours(1), Token))!;
        Assert.True(await db.Shares.RevokeAsync(other.Id, Token));
        Assert.Null(await db.Shares.OpenAsync(other.Token, Token));
        Assert.False(await db.Shares.RevokeAsync(other.Id, Token));
        Assert.Null(await db.Shares.CreateAsync(Guid.NewGuid(), TimeSpan.FromHours(1), Token));
    }

    [Theory, CombinatorialEngines]
    public async Task The_spool_drops_by_age_by_budget_and_what_nobody_needs(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var old = await db.EnqueueAsync("old", 100);
        await db.Control.CancelAsync(old, Token);
        db.Clock.Advance(TimeSpan.FromHours(30));
        var running = await db.EnqueueAsync("running", 400);
        var small = await db.EnqueueAsync("small", 100);
        await db.Control.CancelAsync(small, Token);
        Assert.Equal(["1.tar"], await db.Spool.DropAsync(TimeSpan.FromHours(24), 10_000, Token));
        Assert.Equal(ChangeAnswer.BytesGone, await db.Control.RetryAsync(old, Token));
        // Over the budget, but only what has ended may go.
        Assert.Equal([], await db.Spool.DropAsync(TimeSpan.FromHours(24), 500, Token));
        await db.Control.CancelAsync(running, Token);
        Assert.Equal(["2.tar"], await db.Spool.DropAsync(TimeSpan.FromHours(24), 450, Token));
        Assert.Equal(["3.tar"], await db.Spool.KeptAsync(Token));
        await db.Control.DeleteAsync(small, Token);
        Assert.Equal(["3.tar"], await db.Spool.DropAsync(TimeSpan.FromHours(24), 10_000, Token));
        Assert.Empty(await db.Spool.KeptAsync(Token));
    }

    [Theory, CombinatorialEngines]
    public async Task The_model_has_no_change_without_a_migration(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        await using var context = db.Contexts.CreateDbContext();
        Assert.False(context.Database.HasPendingModelChanges());
        // A second start finds nothing to do.
        await db.Services.MigrateInsightAsync(Token);
    }

    private static async Task<Guid> StoreAsync(Database db, Analysis.ImageAnalysis result)
    {
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        return claim.Id;
    }

    /// <summary>Small layers have one piece.</summary>
    private static async Task<(int Layers, int Blobs, int Pieces)> CountAsync(Database db)
    {
        await using var context = db.Contexts.CreateDbContext();
        return (await context.Layers.CountAsync(Token), await context.LayerBlobs.CountAsync(
            Token), await context.LayerPieces.CountAsync(Token));
    }
}
