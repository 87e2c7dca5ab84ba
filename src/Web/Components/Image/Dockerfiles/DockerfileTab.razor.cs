using ImageInsight.Analysis;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Dockerfiles;

/// <summary>
/// The Dockerfile of an image as it was, and how it could be, as a diff with the findings in its margin. Of the whole
/// image, whichever part is shown.
/// </summary>
public sealed partial class DockerfileTab : ComponentBase
{
    /// <summary>A history that is longer was made by no person.</summary>
    private const int MaxRows = 1000;

    private Dockerfile? dockerfile;
    private string? error;
    private IReadOnlyList<DockerfileRow> rows = [];
    private IReadOnlyList<DockerfileRow> shownRows = [];
    private bool improved;
    private (FileTree, IReadOnlyList<Finding>)? shown;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private Simulation Now => dockerfile!.Now;

    private Simulation Predicted => dockerfile!.Predicted;

    private string Subtitle =>
        "reconstructed from the image's history" + (improved ? ", beside a proposed one that wastes less" : "");

    private string Unmade => error is null ? "Reading the image's history …" : $"There is no Dockerfile: {error}";

    private bool IsAboutTheSame =>
        DiskText(Predicted) == DiskText(Now) && PullText(Predicted) == PullText(Now);

    private string AppliedText
    {
        get
        {
            var applied = dockerfile!.Applied;
            var inLines = applied.Count(a => dockerfile.Proposed.Any(l => l.Findings.Contains(a)));
            var count = applied.Count == 1 ? "1 finding" : $"{applied.Count} findings";
            var places = dockerfile.Ignore is null ? ""
                : inLines == 0 ? " (in .dockerignore)"
                : inLines == applied.Count ? " (in the Dockerfile and .dockerignore)"
                : $" ({inLines} in the Dockerfile, {applied.Count - inLines} in .dockerignore)";
            var comments = dockerfile.Proposed.Any(l => l.Text.StartsWith('#') && l.Findings.Count > 0)
                ? " Comments mark what you must check yourself."
                : "";
            return $"Fixes {count}{places}.{comments}";
        }
    }

    [Inject]
    private DockerfileCache Dockerfiles { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        var findings = Image.Part.Data.Findings;
        if (shown == (Image.Tree, findings))
            return;
        shown = (Image.Tree, findings);
        try
        {
            dockerfile = await Dockerfiles.GetAsync(
                Image.Grant.AnalysisId, Image.Tree, Image.Summary, findings, CancellationToken.None);
        }
        catch (ImageException e)
        {
            error = ImageErrorText.Describe(e);
            return;
        }

        improved = dockerfile.Ignore is not null || dockerfile.Text != dockerfile.ProposedText;
        rows = CreateRows(findings.ToDictionary(f => f.Id, StringComparer.Ordinal));
        shownRows = [.. rows.Take(MaxRows)];
    }

    private List<DockerfileRow> CreateRows(Dictionary<string, Finding> findings)
    {
        var (lines, proposed) = (dockerfile!.Lines, dockerfile.Proposed);
        if (!improved)
            return
            [
                .. lines.Select(l => new DockerfileRow(l, null, true) { OldFindings = Find(findings, l.Findings) }),
            ];
        var pairs = LineDiff.Compare([.. lines.Select(l => l.Text)], [.. proposed.Select(l => l.Text)]);
        var created = new List<DockerfileRow>(pairs.Count);
        foreach (var (oldIndex, newIndex) in pairs)
        {
            var old = oldIndex is { } o ? lines[o] : null;
            var now = newIndex is { } n ? proposed[n] : null;
            var same = old is not null && old.Text == now?.Text;
            var repeats = newIndex > 0 && proposed[newIndex.Value - 1].Findings.SequenceEqual(now!.Findings);
            created.Add(new DockerfileRow(old, now, same)
            {
                OldFindings = Find(findings, old?.Findings),
                NewFindings = same || repeats ? [] : Find(findings, now?.Findings),
            });
        }

        return created;
    }

    private static IReadOnlyList<Finding> Find(Dictionary<string, Finding> findings, IReadOnlyList<string>? ids) =>
        ids is null ? [] : [.. ids.Select(i => findings.GetValueOrDefault(i)).OfType<Finding>()];

    private static string DiskText(Simulation sizes) => Bytes.Text(sizes.DiskBytes);

    private string PullText(Simulation sizes) => Bytes.Text(sizes.PullBytes, Image.PullEstimated);
}
