using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data.Tests;

public sealed class BaseTests(Engines engines)
{
    private const string OsRelease = "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Slim => Root("base/slim:1", 1000);

    [Theory, CombinatorialEngines]
    public async Task A_base_that_was_analysed_before_is_named(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var bases = db.Services.GetRequiredService<BaseStore>();
        var app = Slim.WithLayer(l => l.File("app", 5), "COPY app /app");
        app.Tag = "test/app:1";
        Assert.Equal(("Debian 12", BaseConfidence.History), Named(await OfAsync(app, bases)));
        await StoreAsync(db, await OfAsync(Slim, bases));
        var result = await OfAsync(app, bases);
        Assert.Equal(("base/slim:1", BaseConfidence.KnownImage), Named(result));
        Assert.Equal(1, result.Facts.Base.Layers);
        var stored = (await db.Analyses.FindAsync(await StoreAsync(db, result), Token))!.Summary!;
        Assert.Equal(("base/slim:1", 1, BaseConfidence.KnownImage),
            (stored.Base.Name, stored.Base.Layers, stored.Base.Confidence));
        Assert.Equal(result.Facts.Base.Steps, stored.Base.Steps);
        Assert.Equal(("test/app:1", 2),
            ((await OfAsync(
                app.WithEmptyHistory("CMD [\"/app\"]").WithLayer(l => l.File("b", 1), "COPY b /b"),
                bases)).Facts.Base is var b) ? (b.Name, b.Layers) : default);
    }

    [Theory, CombinatorialEngines]
    public async Task A_stack_that_is_not_whole_or_not_below_names_nothing(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var bases = db.Services.GetRequiredService<BaseStore>();
        await StoreAsync(db, await OfAsync(Slim.WithLayer(l => l.File("x", 1), "RUN x"), bases));
        await StoreAsync(db, await OfAsync(Root("base/other:1", 1001), bases));
        // The same image, and one on other layers.
        Assert.Equal(BaseConfidence.History,
            (await OfAsync(Slim.WithLayer(l => l.File("x", 1), "RUN x"), bases)).Facts.Base.Confidence);
        Assert.Equal(BaseConfidence.History,
            (await OfAsync(Slim.WithLayer(l => l.File("y", 1), "RUN y"), bases)).Facts.Base.Confidence);
    }

    [Theory, CombinatorialEngines]
    public async Task Leaner_bases_are_those_of_the_family_that_were_measured(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var bases = db.Services.GetRequiredService<BaseStore>();
        var slim = await StoreAsync(db, await OfAsync(Slim, bases));
        await StoreAsync(db, await OfAsync(Slim, bases));
        await StoreAsync(db, await OfAsync(Root("base/arm:1", 500, "arm64"), bases));
        await StoreAsync(db, await OfAsync(Root("base/bigger:1", 90_000), bases));
        await StoreAsync(
            db, await OfAsync(
                new ArchiveBuilder().WithLayer(
                    l => l.File("etc/os-release", "ID=alpine\nVERSION_ID=3.20.1\n"u8.ToArray()),
                    "ADD a.tar /").WithEmptyHistory("CMD [\"sh\"]"), bases));
        var app = await StoreAsync(
            db, await OfAsync(
                Root("base/full:1", 50_000).WithLayer(l => l.File("app", 5), "COPY app /app")
                    .WithEmptyHistory("CMD [\"/app\"]"), bases));
        var one = Assert.Single(await bases.LeanerAsync((await db.Analyses.FindAsync(app, Token))!.Summary!, Token));
        Assert.Equal(("base/slim:1", 1000 + OsRelease.Length), (one.Name, one.DiskBytes));
        Assert.NotEqual(slim, one.Id);
        Assert.Empty(await bases.LeanerAsync((await db.Analyses.FindAsync(slim, Token))!.Summary!, Token));
    }

    [Theory]
    [InlineData("base-slim", "x-duplayer", 1, "docker.io/corpus/base-slim:latest")]
    [InlineData("base-node", "k-secrets-naive", 6, "docker.io/corpus/base-node:latest")]
    // What lies below the base is a step of its chain.
    [InlineData("base-slim", "k-secrets-naive", 6, "Node.js 20 on Debian 12")]
    public async Task Images_of_the_corpus_stand_on_the_bases_they_were_built_on(
        string known, string image, int layers, string name)
    {
        await using var db = await engines.OpenAsync(Engine.Postgres);
        var bases = db.Services.GetRequiredService<BaseStore>();
        await StoreAsync(db, await OfFileAsync(Corpus(known), bases));
        var result = await OfFileAsync(Corpus(image), bases);
        Assert.Equal((layers, name), (result.Facts.Base.Layers, result.Facts.Base.Name));
        Assert.Contains(result.Facts.Base.Steps, s => s.Name == $"docker.io/corpus/{known}:latest");
    }

    private static ArchiveBuilder Root(string tag, int size, string architecture = "amd64") =>
        new ArchiveBuilder { Tag = tag, Architecture = architecture }
            .WithLayer(l => l.File("etc/os-release", System.Text.Encoding.UTF8.GetBytes(OsRelease))
                .File("bin/sh", size), "/bin/sh -c #(nop) ADD file:9a in / ").WithEmptyHistory("CMD [\"bash\"]");

    private static (string?, BaseConfidence) Named(ImageAnalysis result) =>
        (result.Facts.Base.Name, result.Facts.Base.Confidence);

    private static async Task<ImageAnalysis> OfAsync(ArchiveBuilder image, IKnownBases? bases)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, image.DockerArchive(), Token);
            return await OfFileAsync(file, bases);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<ImageAnalysis> OfFileAsync(string file, IKnownBases? bases)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, Token);
        return await new ImageAnalyzer(options, known: null, bases).AnalyzeAsync(
            archive, archive.Images[0], null, Token);
    }

    private static async Task<Guid> StoreAsync(Database db, ImageAnalysis result)
    {
        await db.EnqueueAsync();
        var claim = await db.ClaimAsync();
        Assert.True(await db.Queue.CompleteAsync(claim, result, null, [], Token));
        return claim.Id;
    }

    private static string Corpus(string name)
    {
        var path = Path.Combine(
            Environment.GetEnvironmentVariable("CORPUS") is { Length: > 0 } c ? c : "/tmp/corpus", "images",
            name + ".docker.tar");
        Assert.SkipUnless(File.Exists(path), $"No {name} in the corpus.");
        return path;
    }
}
