using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;

namespace ImageInsight.Web.Components.Image.Dockerfiles;

/// <summary>A line of the Dockerfile as it was beside what is proposed for it.</summary>
/// <param name="Old">Null where only the proposal has a line.</param>
/// <param name="New">Null where only the old one has a line, or where nothing is proposed at all.</param>
/// <param name="IsSame">Both have it, or nothing is proposed.</param>
public sealed record DockerfileRow(DockerfileLine? Old, ProposedLine? New, bool IsSame)
{
    public string RowClass => IsSame ? "same" : "changed";

    public string OldClass => Old is null ? "none" : IsSame ? "" : "gone";

    public string NewClass => New is null ? "none" : IsSame ? "" : "new";

    public string OldSign => IsSame ? " " : "−";

    public string NewSign => IsSame ? " " : "+";

    public string DiskText => Old?.DiskBytes is > 0 and var bytes ? Bytes.Text(bytes) : "";

    public string? DiskExact => Old?.DiskBytes is { } bytes ? Bytes.Exact(bytes) : null;

    public IReadOnlyList<Finding> OldFindings { get; init; } = [];

    /// <summary>Of a changed line; lines of one instruction say them once.</summary>
    public IReadOnlyList<Finding> NewFindings { get; init; } = [];
}
