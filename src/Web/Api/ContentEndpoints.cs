using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Api;

/// <summary>What is in an image: the tree and the listing.</summary>
internal static class ContentEndpoints
{
    private const int MaxDepth = 8;

    /// <summary>Of one answer; the rest is counted, and reached by asking deeper down.</summary>
    private const int MaxNodes = 5000;

    private static readonly JsonSerializerOptions LineJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void MapContents(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Contents");
        analysis.MapGet("/tree", TreeAsync).WithName("GetTree").WithSummary("A part of the final file system, biggest first")
            .WithDescription("measure: disk, pull, wasted or files. depth: 1 to 8 levels. of: all, base or yours. At most 5,000 nodes are answered.")
            .Produces<TreeAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        analysis.MapGet("/files", FilesAsync).WithName("ListFiles").WithSummary("Every path of the final file system, a JSON line each")
            .Produces<VisibleEntry>(contentType: "application/x-ndjson").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> TreeAsync(
        Guid id, AnalysisStore store, TreeCache trees, CancellationToken cancellationToken, string path = "/", int depth = 1, string measure = "disk", string of = "all")
    {
        if (!Enum.TryParse<Measure>(measure, ignoreCase: true, out var by) || char.IsAsciiDigit(measure[0]))
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-measure", "measure must be disk, pull, wasted or files.");
        if (depth is < 1 or > MaxDepth)
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-depth", $"depth must be from 1 to {MaxDepth}.");
        if (!ImageParts.TryParse(of, out var owner))
            return Problem.BadOwner();
        if (await trees.GetAsync(id, cancellationToken) is not { } tree
            || (owner == ImagePart.All ? BaseImage.Unknown : (await store.FindAsync(id, cancellationToken))?.Summary?.Base) is not { } itsBase)
            return await NotDoneAsync(id, store, cancellationToken);
        var view = owner.View(tree, itsBase);
        if (!view.TryFind(path, out var node))
            return Problem.Result(StatusCodes.Status404NotFound, "path-not-found", owner == ImagePart.All ? "The image has no such path." : "The image has no such path, or nothing there came with those layers.");
        var (nodes, more) = Below(view, node, by, depth);
        return TypedResults.Ok(new TreeAnswer(tree.PathOf(node), nodes, more));
    }

    /// <summary>Level by level, so that what is left out is always the deepest.</summary>
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
                        s.Path, s.Name, EntryKindText.Format(s.Kind), s.Sizes.DiskBytes, s.Sizes.PullBytes, s.Sizes.WastedBytes, s.Sizes.Files, s.Layer, below));
                    if (below is not null)
                        next.Add((child, below));
                }

                room -= Math.Min(room, children.Count);
            }

            level = next;
        }

        return (first, more);
    }

    private static async Task<IResult> FilesAsync(Guid id, AnalysisStore store, TreeCache trees, CancellationToken cancellationToken)
    {
        if (await trees.GetAsync(id, cancellationToken) is not { } tree)
            return await NotDoneAsync(id, store, cancellationToken);
        return TypedResults.Stream(
            async stream =>
            {
                var newline = "\n"u8.ToArray();
                await using var buffered = new BufferedStream(stream, 64 << 10);
                foreach (var entry in tree.VisibleEntries())
                {
                    await JsonSerializer.SerializeAsync(buffered, entry, LineJson, cancellationToken);
                    await buffered.WriteAsync(newline, cancellationToken);
                }
            },
            "application/x-ndjson");
    }

    internal static async Task<IResult> NotDoneAsync(Guid id, AnalysisStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } record
            ? Problem.Result(
                StatusCodes.Status409Conflict, "not-done", $"The analysis is {record.State.ToString().ToLowerInvariant()}; there are no contents to show.")
            : Problem.NotFound();
}
