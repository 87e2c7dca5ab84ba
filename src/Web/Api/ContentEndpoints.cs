using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Layers;
using ImageInsight.Reporting.Answers;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>What is in an image: the tree and the listing.</summary>
internal static class ContentEndpoints
{
    private const int MaxDepth = 8;

    /// <summary>Of one answer; the rest is counted, and reached by asking deeper down.</summary>
    private const int MaxNodes = 5000;

    private const int MaxLines = 50_000;

    public static void MapContents(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Contents");
        analysis.MapGet("/tree", TreeAsync).WithName("GetTree")
            .WithSummary("A part of the final file system, biggest first")
            .WithDescription(
                "measure: disk (uncompressed bytes), pull (their share of the compressed layers), wasted or files. "
                + "depth: 1 to 8 levels. of: all, base or yours. "
                + "At most 5,000 nodes are answered.")
            .CanFail(ProblemKinds.BadMeasure, ProblemKinds.BadDepth, ProblemKinds.BadOf, ProblemKinds.PathNotFound)
            .CanFail(DoneAnalyses.Problems);
        analysis.MapGet("/files", FilesAsync).WithName("ListFiles")
            .WithSummary("Every path of the final file system, a JSON line each")
            .WithDescription(
                $"All in one answer, written while it is made; or with take (at most {MaxLines}) in pages, "
                + "the next one named by the header Link (rel=next). after: how many come before.")
            .CanFail(ProblemKinds.BadTake, ProblemKinds.BadAfter).CanFail(DoneAnalyses.Problems);
    }

    private static async Task<Ok<TreeAnswer>> TreeAsync(
        Guid id, [AsParameters] TreeQuery asked, DoneAnalyses analyses, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<Measure>(asked.Measure, ignoreCase: true, out var by) || char.IsAsciiDigit(asked.Measure[0]))
            throw ProblemKinds.BadMeasure.Because("measure must be disk, pull, wasted or files.");
        if (asked.Depth is < 1 or > MaxDepth)
            throw ProblemKinds.BadDepth.Because($"depth must be from 1 to {MaxDepth}.");
        var of = RequestedPart.Parse(asked.Of);
        var tree = await analyses.TreeAsync(id, cancellationToken);
        var view = of.View(tree, await analyses.BaseForAsync(of, id, cancellationToken));
        if (!view.TryFind(asked.Path, out var node))
            throw ProblemKinds.PathNotFound.Because(
                "The image has no such path"
                    + (of == ImagePart.All ? "." : ", or nothing there came with those layers."));
        var (nodes, more) = Below(view, node, by, asked.Depth);
        return TypedResults.Ok(new TreeAnswer(tree.PathOf(node), nodes, more));
    }

    private static async Task<SentBody<JsonLines<VisibleEntry>>> FilesAsync(
        Guid id, HttpContext http, DoneAnalyses analyses, CancellationToken cancellationToken, int? take = null,
        string? after = null)
    {
        var skip = PageStart.Parse(after);
        if (take is < 1 or > MaxLines)
            throw ProblemKinds.BadTake.Because($"take must be from 1 to {MaxLines}.");
        var entries = (await analyses.TreeAsync(id, cancellationToken)).VisibleEntries().Skip(skip);
        if (take is null)
            return JsonLines.Create(entries, cancellationToken);
        var (page, more) = PageText.Cut(
            entries, take.Value, e => JsonLength.Measure(e.Path) + JsonLength.Measure(e.LinkTarget));
        if (more)
            http.Response.Headers.Link =
                $"<{http.Request.PathBase}{http.Request.Path}?take={take}&after={skip + page.Count}>; rel=\"next\"";
        return JsonLines.Create(page, cancellationToken);
    }

    private static (List<NodeAnswer> Nodes, int More) Below(FileView view, int top, Measure by, int depth)
    {
        List<NodeAnswer> first = [];
        List<(int Node, List<NodeAnswer> Children)> level = [(top, first)];
        var (room, more) = (MaxNodes, 0);
        for (var d = 1; d <= depth; d++)
        {
            List<(int, List<NodeAnswer>)> next = [];
            foreach (var (parent, answers) in level)
            {
                var children = view.Children(parent, by);
                more += Math.Max(0, children.Count - room);
                foreach (var child in children.Take(room))
                {
                    var s = view.Describe(child);
                    List<NodeAnswer>? below = d < depth && s.HasChildren ? [] : null;
                    answers.Add(new NodeAnswer(
                        s.Path, s.Name, EntryKindText.Format(s.Kind), s.Sizes.DiskBytes, s.Sizes.PullBytes,
                        s.Sizes.WastedBytes, s.Sizes.Files, s.Layer, below));
                    if (below is not null)
                        next.Add((child, below));
                }

                room -= Math.Min(room, children.Count);
            }

            level = next;
        }

        return (first, more);
    }
}
