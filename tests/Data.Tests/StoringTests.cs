using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

/// <summary>Layers are stored while an analysis runs; its end links them.</summary>
public sealed class StoringTests(Engines engines)
{
    private static readonly TimeSpan Long = LayerWriter.KeepUnlinked + TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, CombinatorialEngines]
    public async Task Layers_of_an_analysis_that_dies_are_not_half_an_analysis_and_spare_the_next_attempt(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var id = await db.EnqueueAsync();
        var dead = await db.ClaimAsync("dead");
        var result = await Results.OfAsync(l => l.File("a", 10), l => l.File("b", 20));
        await StoreBesideAsync(db, result);
        Assert.Equal((2, 0), await CountAsync(db));
        var before = await db.Analyses.FindAsync(id, Token);
        Assert.Equal((AnalysisState.Running, null), (before!.State, before.Summary));
        Assert.Null(await db.Analyses.LoadTreeAsync(id, Token));
        Assert.Null(await db.Analyses.FindingsAsync(id, Token));

        db.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await db.Queue.ClaimAsync("w2", Token));
        db.Clock.Advance(TimeSpan.FromSeconds(30));
        var ids = await LayerIdsAsync(db);
        Assert.True(await db.Queue.CompleteAsync(await db.ClaimAsync("w2"), result, null, [], Token));
        Assert.Equal(ids, await LayerIdsAsync(db));
        Assert.False(await db.Queue.CompleteAsync(dead, result, null, [], Token));
        AssertSame(result.Tree, (await db.Analyses.LoadTreeAsync(id, Token))!);
    }

    [Theory, CombinatorialEngines]
    public async Task What_nothing_refers_to_is_collected_after_a_while_and_not_while_it_is_needed(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var writer = db.Services.GetRequiredService<LayerWriter>();
        var kept = await Results.OfAsync(l => l.File("kept", 1));
        await CompleteAsync(db, kept);
        // The same layer in a form that no image has.
        var form = kept.Facts.Layers[0].Blob with { MediaType = "other" };
        await writer.StoreAsync(kept.Facts.Layers[0].Layer, form, Token);
        var left = await Results.OfAsync(l => l.File("left", 1), l => l.File("needed", 1));
        await StoreBesideAsync(db, left);
        db.Clock.Advance(LayerWriter.KeepUnlinked - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await writer.CollectAsync(Token));
        // An analysis that runs now has just read one of them again.
        await writer.StoreAsync(left.Facts.Layers[1].Layer, left.Facts.Layers[1].Blob, Token);
        db.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await writer.CollectAsync(Token));
        Assert.Equal((2, 1), await CountAsync(db));
        await using var context = db.Contexts.CreateDbContext();
        Assert.Equal(2, await context.LayerBlobs.CountAsync(Token));
        Assert.Equal(2, await context.SharePieces.CountAsync(Token));
        db.Clock.Advance(Long);
        Assert.Equal(1, await writer.CollectAsync(Token));
        Assert.Equal(0, await writer.CollectAsync(Token));
        Assert.Equal((1, 1), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task Workers_that_store_the_same_layer_at_once_store_it_once(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var writer = db.Services.GetRequiredService<LayerWriter>();
        var layer = (await Results.OfAsync(l => l.File("a", 10))).Facts.Layers[0];
        var stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => writer.StoreAsync(layer.Layer, layer.Blob, Token))));
        Assert.Single(stored.Distinct());
        Assert.Equal((1, 0), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task A_delete_before_another_analysis_links_the_same_layers_loses_nothing(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(l => l.File("base", 10), l => l.File("x", 1));
        var first = await CompleteAsync(db, result);
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        await StoreBesideAsync(db, result);
        Assert.True(await db.Control.DeleteAsync(first, Token));
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        AssertSame(result.Tree, (await db.Analyses.LoadTreeAsync(claim.Id, Token))!);
    }

    [Theory, CombinatorialEngines]
    public async Task Deletes_and_collections_at_any_moment_take_nothing_from_who_links_the_same_layers(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var writer = db.Services.GetRequiredService<LayerWriter>();
        var result = await Results.OfAsync(l => l.File("base", 10), l => l.File("x", 1), l => l.File("y", 1));
        var last = await CompleteAsync(db, result);
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await writer.CollectAsync(Token);
            },
            Token);
        for (var i = 0; i < 12; i++)
        {
            db.Clock.Advance(Long);
            await db.EnqueueAsync();
            var claim = await db.ClaimAsync();
            await StoreBesideAsync(db, result);
            db.Clock.Advance(TimeSpan.FromSeconds(1));
            var deleting = Task.Run(() => db.Control.DeleteAsync(last, Token), Token);
            Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
            Assert.True(await deleting);
            AssertSame(result.Tree, (await db.Analyses.LoadTreeAsync(claim.Id, Token))!);
            last = claim.Id;
        }

        await stop.CancelAsync();
        await collecting;
        Assert.Equal((3, 1), await CountAsync(db));
    }

    [Theory, CombinatorialEngines]
    public async Task Storing_a_large_layer_stops_at_once_and_leaves_it_whole_or_not_at_all(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var entries = RandomLayers.Entries(new Random(7), 500_000);
        var layer = LayerOf(entries);
        foreach (var delay in new[] { 0, 30, 200, 600 })
        {
            var storing = db.Queue.StoreLayers(Token);
            storing.Take(layer.Layer, layer.Blob);
            await Task.Delay(delay, Token);
            await storing.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), Token);
            var found = await db.Services.GetRequiredService<LayerStore>().FindAsync(
                layer.Layer.DiffId, layer.Blob.Digest, Token);
            if (found is not null)
                RandomLayers.AssertEqual(entries, found.Value.Layer.Entries);
        }

        // Others get in between, and so does who cancels.
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        await using var beside = db.Queue.StoreLayers(Token);
        beside.Take(layer.Layer, layer.Blob);
        Assert.Equal(
            HeartbeatAnswer.Continue,
            await db.Queue.HeartbeatAsync(claim, default, Token).WaitAsync(TimeSpan.FromSeconds(3), Token));
        await beside.FinishAsync();
    }

    [Theory, CombinatorialEngines]
    public async Task A_database_that_fails_while_an_analysis_runs_does_not_end_it(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(l => l.File("a", 10));
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        await using (var context = db.Contexts.CreateDbContext())
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE layer_pieces RENAME TO away", Token);
        await StoreBesideAsync(db, result);
        Assert.Equal((0, 0), await CountAsync(db));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => db.Queue.CompleteAsync(claim, result, null, [], Token));
        await using (var context = db.Contexts.CreateDbContext())
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO layer_pieces", Token);
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        AssertSame(result.Tree, (await db.Analyses.LoadTreeAsync(claim.Id, Token))!);
    }

    [Theory, CombinatorialEngines]
    public async Task Tree_and_ledger_of_random_stacks_are_the_same_after_a_reload(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        for (var seed = 0; seed < 40; seed++)
        {
            var result = await Results.OfAsync(RandomStack(new Random(seed)));
            var id = await CompleteAsync(db, result);
            AssertSame(result.Tree, (await db.Analyses.LoadTreeAsync(id, Token))!);
            foreach (var layer in result.Facts.Layers)
            {
                var known = (await db.Services.GetRequiredService<LayerStore>().FindAsync(
                    layer.Layer.DiffId, layer.Blob.Digest, Token))!.Value;
                RandomLayers.AssertEqual(layer.Layer.Entries, known.Layer.Entries);
                Assert.Equal(layer.Blob.Shares, known.Blob.Shares);
            }
        }
    }

    private static Action<LayerBuilder>[] RandomStack(Random random) =>
    [
        .. Enumerable.Range(0, 1 + random.Next(5)).Select<int, Action<LayerBuilder>>(index => layer =>
        {
            for (var i = random.Next(25); i > 0; i--)
                _ = random.Next(8) switch
                {
                    0 => layer.Directory(Path()),
                    1 => layer.Symlink(Path(), Path()),
                    2 => layer.HardLink(Path(), Path()),
                    3 when index > 0 => layer.Whiteout(Path()),
                    4 when index > 0 => layer.Opaque(Path()),
                    _ => layer.File(Path(), random.Next(3) * 700, (char)('a' + random.Next(3))),
                };

            string Path() =>
                string.Join('/', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => "abcd"[random.Next(4)]));
        }),
    ];

    internal static ImageLayer LayerOf(EntryList entries)
    {
        var (records, bytes) = (0, 0L);
        for (var i = 0; i < entries.Count; i++)
        {
            records += entries.Kind(i) == EntryKind.Implied ? 0 : 1;
            bytes = unchecked(bytes + (entries.Kind(i) == EntryKind.File ? entries.Size(i) : 0));
        }

        var digest = Analysis.References.Digest.FromHash(new byte[32]);
        return new ImageLayer(
            0, new Layer(digest, 1000, bytes, records, entries),
            new LayerBlob(digest, 1000, "x", 1000, PullEstimated: false, new long[entries.Count]), null);
    }

    /// <summary>As the worker does.</summary>
    private static async Task StoreBesideAsync(Database db, ImageAnalysis result)
    {
        await using var storing = db.Queue.StoreLayers(Token);
        foreach (var layer in result.Facts.Layers)
            storing.Take(layer.Layer, layer.Blob);
        await storing.FinishAsync();
    }

    private static async Task<Guid> CompleteAsync(Database db, ImageAnalysis result)
    {
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        return claim.Id;
    }

    private static void AssertSame(FileTree expected, FileTree actual)
    {
        Assert.Equal(expected.Ledger, actual.Ledger);
        Assert.Equal(expected.WastedByLayer, actual.WastedByLayer);
        Assert.Equal(expected.VisibleEntries(), actual.VisibleEntries());
    }

    private static async Task<List<long>> LayerIdsAsync(Database db)
    {
        await using var context = db.Contexts.CreateDbContext();
        return await context.Layers.OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(Token);
    }

    private static async Task<(int Layers, int Images)> CountAsync(Database db)
    {
        await using var context = db.Contexts.CreateDbContext();
        return (await context.Layers.CountAsync(Token), await context.Images.CountAsync(Token));
    }
}
