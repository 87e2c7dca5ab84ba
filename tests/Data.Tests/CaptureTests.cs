using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Data.Layers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

public sealed class CaptureTests(Engines engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, CombinatorialEngines]
    public async Task What_was_kept_of_a_layer_is_there_when_it_is_taken_as_known(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var status = System.Text.Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, 500).Select(i => $"Package: p{i}\nStatus: install ok installed\n\n")));
        var result = await Results.OfAsync(l => l.File("var/lib/dpkg/status", status)
            .File("etc/apk/world", "a\n"u8.ToArray()).File("other", 10));
        await db.EnqueueAsync();
        Assert.True(await db.Queue.CompleteAsync(await db.ClaimAsync(), result, null, [], Token));
        var read = result.Facts.Layers[0];
        // dpkg's and apk's.
        Assert.Equal([(CaptureKind)9, (CaptureKind)10], read.Layer.Captures.Select(c => c.Kind));
        var known = (await db.Services.GetRequiredService<LayerStore>()
            .FindAsync(read.Layer.DiffId, read.Blob.Digest, Token))!.Value;
        Assert.Equal(read.Layer.Captures.Select(c => (c.Ordinal, c.Kind)),
            known.Layer.Captures.Select(c => (c.Ordinal, c.Kind)));
        Assert.Equal(status, known.Layer.Captures[0].Bytes);
        Assert.Equal("a\n"u8.ToArray(), known.Layer.Captures[1].Bytes);
    }
}
