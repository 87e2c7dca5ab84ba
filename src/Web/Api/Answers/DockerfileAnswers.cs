using ImageInsight.Analysis.Dockerfiles;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Lines">Of the reconstructed one.</param>
/// <param name="Dockerignore">Belongs to the proposal; left out when it needs none.</param>
/// <param name="Applied">Ids of the findings that the proposal answers by a change.</param>
/// <param name="Notes">What an image does not tell.</param>
public sealed record DockerfileAnswer(
    IReadOnlyList<DockerfileLine> Lines, IReadOnlyList<ProposedLine> Proposed, string? Dockerignore,
    IReadOnlyList<string> Applied, IReadOnlyList<string> Notes,
    SizesAnswer Predicted)
{
    public static DockerfileAnswer FromDockerfile(Dockerfile d) => new(
        d.Lines, d.Proposed, d.Ignore, d.Applied, d.Notes,
        new SizesAnswer(d.Predicted.DiskBytes, d.Predicted.PullBytes));
}

public sealed record SizesAnswer(long DiskBytes, long PullBytes);
