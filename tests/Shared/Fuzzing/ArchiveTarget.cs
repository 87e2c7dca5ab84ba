using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// Mutated image archives through the whole analysis: documents, files and layers, half of them with digests made right
/// again.
/// </summary>
internal sealed class ArchiveTarget : IFuzzTarget, IDisposable
{
    private static readonly AnalysisOptions Options = new()
    {
        MaxJsonBytes = 1 << 20,
        MaxLayerBytes = 32 << 20,
        MaxImageBytes = 64 << 20,
        MaxWindowBytes = 8 << 20,
        Parallelism = 1,
    };

    private readonly FuzzRandom random = new();
    private readonly FuzzBytes bytes = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fuzz-");
    private readonly string path;

    public ArchiveTarget() => path = Path.Combine(folder.FullName, "image.tar");

    public ReadOnlySpan<byte> Input => bytes.Span;

    public void Dispose() => folder.Delete(recursive: true);

    public string Run(ulong seed)
    {
        random.Start(seed);
        Make();
        using (var file = File.Create(path))
            file.Write(bytes.Span);
        var before = GC.GetTotalAllocatedBytes();
        var (outcome, layers) = Open();
        // Blocks between the threads of a layer, the compressors' tables, and a share of what is there.
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Invariant.Hold(allocated <= (32L << 20) + (layers * (4L << 20)) + (64L * bytes.Length),
            $"{allocated} bytes allocated for {bytes.Length}");
        Invariant.Hold(Directory.GetFileSystemEntries(
            folder.FullName).Length == 1, "something is left in the scratch directory");
        return outcome;
    }

    private void Make()
    {
        var archive = random.Pick(ArchiveSeeds.All).Copy();
        var reseal = !random.OneIn(3);
        for (var i = random.Below(3); i >= 0; i--)
            switch (random.Below(8))
            {
                case 0:
                    archive.ChangeParts(random);
                    break;
                case 1 or 2:
                    archive.ChangeBody(random, bytes, reseal);
                    break;
                default:
                    archive.ChangeJson(random, reseal);
                    break;
            }

        var tar = archive.ToArray();
        bytes.Load(random.OneIn(32) ? ArchiveBuilder.Gzip(tar) : tar);
        if (random.OneIn(6))
            TarMutator.Mutate(bytes, random, tar);
    }

    private (string Outcome, int Layers) Open()
    {
        ImageArchive archive;
        try
        {
            archive = ImageArchive.OpenAsync(path, folder.FullName, Options, CancellationToken.None).GetAwaiter()
                .GetResult();
        }
        catch (ImageException e)
        {
            return ("archive " + e.Code, 0);
        }

        using (archive)
        {
            Invariant.Hold(archive.Images.Count > 0 && archive.Attestations >= 0, "an archive without images");
            Invariant.Hold(archive.Images.Select(i => i.Key).Distinct()
                .Count() == archive.Images.Count, "two images have one key");
            Invariant.Hold(archive.Images.All(i => i.Tags.All(t => !string.IsNullOrEmpty(t))), "an empty tag");
            var outcomes = archive.Images.Take(3).Select(i => Analyze(archive, i)).ToList();
            return (outcomes[0].Outcome, outcomes.Sum(o => o.Layers));
        }
    }

    private static (string Outcome, int Layers) Analyze(ImageArchive archive, SourceImage image)
    {
        try
        {
            var analysis = new ImageAnalyzer(Options).AnalyzeAsync(archive, image, null, CancellationToken.None)
                .GetAwaiter().GetResult();
            foreach (var layer in analysis.Facts.Layers)
                Invariant.OfLayer(layer.Layer, layer.Blob);
            Invariant.OfTree(analysis.Tree);
            Invariant.Hold(analysis.Findings.All(f => f is { DiskBytes: >= 0, PullBytes: >= 0 }),
                "a finding of negative bytes");
            Invariant.Hold(analysis.Facts.Environment.All(e => e is not null), "a variable that is null");
            return ("read", analysis.Facts.Layers.Count);
        }
        catch (ImageException e)
        {
            return ("image " + e.Code, image.Layers.Count);
        }
    }
}
