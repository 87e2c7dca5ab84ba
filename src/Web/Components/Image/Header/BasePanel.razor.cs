using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Header;

/// <summary>The base image, smaller ones that could stand for it, and the switch between all, base and yours.</summary>
public sealed partial class BasePanel : ComponentBase
{
    private long disk;
    private long pull;
    private IReadOnlyList<Choice> choices = [];
    private IReadOnlyList<Step> steps = [];

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private ImageSummary Summary => Image.Summary;

    private BaseImage Base => Summary.Base;

    private IReadOnlyList<LeanerBase> LeanerBases => Image.Part.Data.LeanerBases;

    private string Evidence => Base is { Layers: 0, Name: null }
        ? "no label, build record or history of the image says what it was built on"
        : SafeText.Show(Base.Evidence);

    private string Name => Base switch
    {
        { Name: { } name } => SafeText.Show(name),
        { Layers: > 0 } => "unnamed",
        _ => "unknown",
    };

    private string? ConfidenceText => Base.Confidence switch
    {
        BaseConfidence.None => null,
        BaseConfidence.Declared => "declared by the image",
        BaseConfidence.Provenance => "from build provenance",
        BaseConfidence.KnownImage => "same layers as an analysed image",
        BaseConfidence.History => "worked out from the history",
        _ => "a guess",
    };

    private string DetailsText => string.Join(
        " · ",
        new[]
        {
            steps.Count > 0 ? $"{steps.Count} base images, one built on the other" : null,
            LeanerBases.Count switch
            {
                0 => null,
                1 => "1 smaller base image analysed here",
                var count => $"{count} smaller base images analysed here",
            },
        }.OfType<string>());

    protected override void OnParametersSet()
    {
        disk = Summary.BaseLayers.Sum(l => l.DiskBytes);
        pull = Summary.BaseLayers.Sum(l => l.PullBytes);
        var own = Summary.Layers.Count - Base.Layers;
        choices =
        [
            ChoiceOf(ImagePart.All, "All layers", "Every layer"),
            ChoiceOf(
                ImagePart.Base,
                "Base image",
                $"The {Count(Base.Layers)} of the base image: {Bytes.Exact(disk)} on disk"),
            ChoiceOf(
                ImagePart.Yours,
                "Your layers",
                $"What was added on top of the base image: {Count(own)}, "
                + $"{Bytes.Exact(Summary.Ledger.DiskBytes - disk)} on disk"),
        ];
        steps = Base.Steps.Count > 1
            ? [.. Summary.StepsOfBase.Select(s => StepOf(s.Step, s.DiskBytes, s.PullBytes))]
            : [];
    }

    private Choice ChoiceOf(ImagePart part, string label, string tooltip) =>
        new(part, part.ToString().ToLowerInvariant(), label, tooltip, part == Image.Of);

    private static Step StepOf(BaseStep step, long disk, long pull) => new(
        SafeText.Show(step.Name ?? "unnamed"),
        step.Layers == 1 ? "layer 0" : $"up to layer {step.Layers - 1}",
        SafeText.Show(step.Evidence),
        disk,
        pull);

    private string PullSaved(LeanerBase other) => pull > other.PullBytes
        ? Bytes.Text(pull - other.PullBytes, other.PullEstimated || Image.PullEstimated)
        : "";

    private static string Count(int layers) => layers == 1 ? "1 layer" : $"{layers} layers";

    private sealed record Choice(ImagePart Part, string Key, string Label, string Tooltip, bool IsOn);

    private sealed record Step(string Name, string Layers, string Evidence, long Disk, long Pull);
}
