using ImageInsight.Analysis.Tests.Growth;
using static ImageInsight.Analysis.Tests.Growth.CraftedFiles;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>Images that once held a worker for minutes or took gigabytes, from opening to findings.</summary>
[Collection(nameof(Alone))]
public sealed class CraftedImageTests
{
    private const long Megabyte = 1_000_000;

    /// <summary>Allocated bytes are counted for the whole process.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private static readonly (string What, long Most, Action<LayerBuilder> Layer)[] Cases =
    [
        ("a dpkg status of one key", 100 * Megabyte, l => l.File("var/lib/dpkg/status", RepeatedKey(400_000))),
        ("needs in a text without end", 100 * Megabyte, l => l.File("bin/a", Program(
            2000, 6, Needs(300_000, 4 << 20), [.. Enumerable.Repeat((byte)'a', 4 << 20)]))),
        ("the same crates in each section", 100 * Megabyte, l => l.File("bin/a", Program(
            9000, 1, Broken(new byte[7 << 20]), []))),
        ("an rpm folder of a megabyte", 100 * Megabyte, l => l.File(
            "var/lib/rpm/Packages.db", RpmFolder(1 << 20, 100_000))),
        ("an apk folder of a megabyte", 100 * Megabyte, l => l.File(
            "lib/apk/db/installed", ApkFolder(1 << 20, 100_000))),
        ("entries of an archive", 300 * Megabyte, l => l.File("a.jar", Jar(1_500_000, _ => "a", []))),
        ("entries of an archive in an archive", 400 * Megabyte, l => l.File("a.jar", CaptureTests.Jar(
            ("b.jar", Jar(1_000_000, _ => "a", []))))),
    ];

    public static TheoryData<string> All => [.. Cases.Select(c => c.What)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_ends_soon_and_takes_little_memory(string what)
    {
        var (_, most, layer) = Cases.Single(c => c.What == what);
        var archive = new ArchiveBuilder().WithLayer(layer).DockerArchive(ArchiveBuilder.Gzip);
        Assert.InRange(archive.Length, 0, 10 * Megabyte);
        using var file = new TemporaryFile(archive);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Images.AnalyzeFileAsync(file.Path).WaitAsync(
            TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, most);
    }

    [Theory]
    [InlineData(nameof(AnalysisOptions.MaxWork))]
    [InlineData(nameof(AnalysisOptions.MaxHeldBytes))]
    public async Task What_is_too_much_says_which_option_bounds_it(string option)
    {
        var options = new AnalysisOptions { MaxWork = option == nameof(AnalysisOptions.MaxWork) ? 100_000 : 1L << 40 };
        if (option == nameof(AnalysisOptions.MaxHeldBytes))
            options.MaxHeldBytes = 1 << 20;
        var image = new ArchiveBuilder().WithLayer(l => l.File(
            "var/lib/dpkg/status", Lines(5000, i => PackageTests.Installed($"x{i}", "1"))));
        var failure = await Images.FailsAsync(image.DockerArchive(), options);
        Assert.Equal((ImageErrors.LimitExceeded, option), (failure.Code, failure.Option));
    }

    [Fact]
    public async Task A_stop_is_obeyed_by_whoever_reads_a_file()
    {
        using var stop = new CancellationTokenSource();
        var work = new WorkBudget(new AnalysisOptions { MaxWork = long.MaxValue }, stop.Token);
        var wanted = ImageAnalyzer.Wanted.All.Single(w => w.GetType().Name == "JarFiles");
        // Each is unpacked once.
        var jar = Jar(1, _ => "a.jar", new byte[60 << 20]);
        await stop.CancelAsync();
        var reading = Task.Run(() => wanted.Keep("a.jar"u8, jar, jar.Length, work), CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reading.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }
}
