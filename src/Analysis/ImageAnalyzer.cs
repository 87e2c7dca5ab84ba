using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Findings.Secrets;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Reading;

namespace ImageInsight.Analysis;

/// <summary>From an image to what is in it: layers, file tree, ledger, packages, findings.</summary>
/// <param name="known">Asked before a layer is read; an upload is read whole, so it goes without.</param>
/// <param name="bases">Asked what was analysed before, to name the base; null for nothing.</param>
/// <param name="verified">Gets each layer that was read, whatever becomes of the analysis.</param>
public sealed class ImageAnalyzer(
    AnalysisOptions options, IKnownLayers? known = null, IKnownBases? bases = null, IVerifiedLayers? verified = null)
{
    /// <summary>What is kept of layers' files, and for whom.</summary>
    internal static readonly WantedFiles Wanted = new(
        [.. Ecosystems.Files, new SecretFiles(), new ScriptFiles(), new ClassPathFiles(), new ArchiveFiles()]);

    /// <param name="progress">Called from any thread, often; keep it cheap.</param>
    public async Task<ImageAnalysis> AnalyzeAsync(
        ILayerSource source, SourceImage image, IProgress<AnalysisProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (image.Error is not null)
            throw image.Error;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.MaxTime);
        try
        {
            return await AnalyzeUnlimitedAsync(source, image, progress, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLong(options);
        }
    }

    /// <summary>Reads layers while they arrive, as an analysis would.</summary>
    public static ArrivalReader ReadOnArrival(
        AnalysisOptions options, IVerifiedLayers verified, CancellationToken cancellationToken) =>
        new(options, Wanted, verified, cancellationToken);

    /// <summary>
    /// What is said when <see cref="AnalysisOptions.MaxTime"/> has passed, in the image or before it.
    /// </summary>
    public static ImageException TooLong(AnalysisOptions options) =>
        Caps.Exceeded($"The analysis takes longer than {options.MaxTime}", nameof(options.MaxTime));

    private async Task<ImageAnalysis> AnalyzeUnlimitedAsync(
        ILayerSource source, SourceImage image, IProgress<AnalysisProgress>? progress,
        CancellationToken cancellationToken)
    {
        var work = new WorkBudget(options, cancellationToken);
        var settings = SettingsOf(image.Config!);
        var history = BuildHistory.Read(HistoryOf(image.Config!), image.Layers.Count, settings, work);
        var reader = new LayerStackReader(source, known, options, Wanted, progress, work) { Verified = verified };
        var read = await reader.ReadAsync(image.Layers, cancellationToken).ConfigureAwait(false);
        var below = bases is null ? []
            : await bases.BelowAsync([.. read.Select(l => l.Layer.DiffId)], cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                var kept = settings.Masked();
                var facts = new ImageFacts(
                    image.ConfigDigest,
                    image.Platform ?? new Platform("linux", "unknown"),
                    image.Tags,
                    Stack(read, history),
                    history,
                    kept.Environment)
                {
                    Settings = kept,
                    Command = image.Config!.Config?.Command ?? [],
                    WorkingDirectory = image.Config.Config?.Folder,
                };
                var tree = FileTree.Merge(facts.Layers, options, work);
                var packages = PackageReader.Read(tree, work);
                var itsBase = BaseLadder.Find(history, image.StatedBases, below, packages.Distribution, work);
                facts = facts with
                {
                    Base = itsBase,
                    Offers = BaseLadder.Offers(
                    history, itsBase, packages.Distribution)
                };
                return new ImageAnalysis(
                    facts, tree, packages,
                    TwoStages.Write(facts, tree, FindingRules.Apply(facts, tree, packages, work), work));
            },
            cancellationToken).ConfigureAwait(false);
    }

    // JSON allows a line that is null.
    private static List<HistoryLine> HistoryOf(ImageConfig config) =>
        [.. (config.History ?? []).Where(h => h is not null)
            .Select(h => new HistoryLine(h.Created, h.CreatedBy, h.EmptyLayer))];

    private static ImageSettings SettingsOf(ImageConfig config)
    {
        var run = config.Config ?? new ConfigRun(null);
        return new ImageSettings([.. (run.Env ?? []).Where(e => e is not null)])
        {
            Labels = ConfigRun.Pairs(run.Labels),
            Entrypoint = ConfigRun.Words(run.Entrypoint),
            Command = ConfigRun.Words(run.Cmd),
            Shell = ConfigRun.Words(run.Shell),
            Ports = ConfigRun.Keys(run.ExposedPorts),
            Volumes = ConfigRun.Keys(run.Volumes),
            User = ConfigRun.Text(run.User),
            WorkingDirectory = run.Folder,
            StopSignal = ConfigRun.Text(run.StopSignal),
        };
    }

    private static List<ImageLayer> Stack((Layer Layer, LayerBlob Blob)[] read, IReadOnlyList<HistoryEntry> history)
    {
        var instructions = history.Where(h => h.Layer is not null)
            .ToDictionary(h => h.Layer!.Value, h => h.Instruction);
        return [.. read.Select((l, i) => new ImageLayer(i, l.Layer, l.Blob, instructions.GetValueOrDefault(i)))];
    }
}
