using ImageInsight.Analysis;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

/// <summary>What is stored of a layer is damaged: it is said, and read again from where it came.</summary>
public sealed class DamageTests(Engines engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Engine, string, string> Damages()
    {
        var data = new TheoryData<Engine, string, string>();
        foreach (var engine in Enum.GetValues<Engine>())
            foreach (var table in new[] { "layer_pieces", "share_pieces" })
                foreach (var how in new[] { "version", "header", "middle", "checksum", "cut", "empty", "gone" })
                    data.Add(engine, table, how);
        return data;
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task A_damaged_layer_is_said_and_read_again_and_then_every_image_of_it_is_whole(
        Engine engine, string table, string how)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await ResultAsync();
        var id = await CompleteAsync(db, result);
        var other = await CompleteAsync(db, result);
        await DamageAsync(db, table, how);
        var said = await Assert.ThrowsAsync<StoredLayerException>(() => db.Analyses.LoadTreeAsync(id, Token));
        Assert.Contains("damaged", said.Message, StringComparison.Ordinal);
        Assert.Contains(said.DiffId, result.Facts.Layers.Select(l => l.Layer.DiffId.ToString()));
        Assert.NotNull(said.ReadAgain);
        // Asked again it is the same, and nothing else that was found is lost.
        Assert.Equal(said.ReadAgain, (await Assert.ThrowsAsync<StoredLayerException>(
            () => db.Analyses.LoadTreeAsync(id, Token))).ReadAgain);
        Assert.NotNull((await db.Analyses.FindAsync(id, Token))!.Summary);

        var again = await db.ClaimAsync();
        Assert.Equal(said.ReadAgain, again.Id);
        Assert.True(await db.Queue.CompleteAsync(again, result, null, [], Token));
        foreach (var one in new[] { id, other, again.Id })
        {
            var tree = (await db.Analyses.LoadTreeAsync(one, Token))!;
            Assert.Equal(result.Tree.Ledger, tree.Ledger);
            Assert.Equal(result.Tree.VisibleEntries(), tree.VisibleEntries());
            Assert.Equal(result.Facts.Layers.Select(l => l.Blob.Shares), tree.Layers.Select(l => l.Blob.Shares));
        }
    }

    [Theory, CombinatorialEngines]
    public async Task Without_its_bytes_it_is_said_what_to_do(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var id = await CompleteAsync(db, await ResultAsync());
        await DamageAsync(db, "layer_pieces", "middle");
        db.Clock.Advance(TimeSpan.FromHours(30));
        Assert.Single(await db.Spool.DropAsync(TimeSpan.FromHours(24), 0, Token));
        var said = await Assert.ThrowsAsync<StoredLayerException>(() => db.Analyses.LoadTreeAsync(id, Token));
        Assert.Null(said.ReadAgain);
        Assert.Contains("upload, push or pull the image again", said.Message, StringComparison.Ordinal);
        Assert.Null(await db.Queue.ClaimAsync("w1", Token));
    }

    [Theory]
    [InlineData(Engine.Sqlite, "layer_pieces")]
    [InlineData(Engine.Sqlite, "capture_pieces")]
    [InlineData(Engine.Sqlite, "share_pieces")]
    [InlineData(Engine.Postgres, "layer_pieces")]
    [InlineData(Engine.Postgres, "capture_pieces")]
    [InlineData(Engine.Postgres, "share_pieces")]
    public async Task A_damaged_layer_is_not_known_until_it_is_stored_anew(Engine engine, string table)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await ResultAsync();
        await CompleteAsync(db, result);
        var layer = result.Facts.Layers[0];
        var store = db.Services.GetRequiredService<LayerStore>();
        Assert.NotNull(await store.FindAsync(layer.Layer.DiffId, layer.Blob.Digest, Token));
        Assert.Equal(layer.Blob.Size, await store.SizeOfAsync(layer.Blob.Digest, Token));
        await DamageAsync(db, table, "middle");
        Assert.Null(await store.FindAsync(layer.Layer.DiffId, layer.Blob.Digest, Token));
        Assert.Null(await store.SizeOfAsync(layer.Blob.Digest, Token));
        await db.Services.GetRequiredService<LayerWriter>().StoreAsync(layer.Layer, layer.Blob, Token);
        var known = (await store.FindAsync(layer.Layer.DiffId, layer.Blob.Digest, Token))!.Value;
        Assert.Equal(layer.Layer.Captures.Select(c => c.Ordinal), known.Layer.Captures.Select(c => c.Ordinal));
        Assert.Equal(layer.Blob.Shares, known.Blob.Shares);
    }

    private static Task<ImageAnalysis> ResultAsync() => Results.OfAsync(
        l => l.File("etc/apk/world", "a\n"u8.ToArray()).File("bin/x", 700).Symlink("l", "bin/x"),
        l => l.Whiteout("bin/x"));

    private static async Task<Guid> CompleteAsync(Database db, ImageAnalysis result)
    {
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        return claim.Id;
    }

    /// <summary>Of the first layer.</summary>
    private static async Task DamageAsync(Database db, string table, string how)
    {
        await using var context = db.Contexts.CreateDbContext();
        PieceRow row = table switch
        {
            "layer_pieces" => await context.LayerPieces.OrderBy(p => p.OwnerId).FirstAsync(Token),
            "capture_pieces" => await context.CapturePieces.OrderBy(p => p.OwnerId).FirstAsync(Token),
            _ => await context.SharePieces.OrderBy(p => p.OwnerId).FirstAsync(Token),
        };
        var content = row.Content.ToArray();
        var at = how switch
        {
            "version" => 0,
            "header" => 4,
            "checksum" => content.Length - 3,
            _ => content.Length / 2,
        };
        content[at] ^= 0x20;
        row.Content = how switch
        {
            "cut" => row.Content[..^5],
            "empty" => [],
            _ => content,
        };
        if (how == "gone")
            context.Remove(row);
        await context.SaveChangesAsync(Token);
    }
}
