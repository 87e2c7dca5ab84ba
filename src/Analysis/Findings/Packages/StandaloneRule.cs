using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Next.js wrote a server of its own with the few modules that it needs (.next/standalone), and all modules lie beside
/// it.
/// </summary>
internal sealed class StandaloneRule : IFindingRule
{
    public const string RuleId = "unused-standalone";

    private const long Smallest = 1_000_000;

    private static readonly string[] Kept = ["standalone", "static", "cache"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var tops = new List<int>();
        foreach (var standalone in image.Names.Named("standalone"))
        {
            var next = image.Tree.Nodes[standalone].Parent;
            var project = next > FileTree.Root ? image.Tree.Nodes[next].Parent : -1;
            if (project <= FileTree.Root || !image.Tree.NameOf(next).SequenceEqual(".next"u8)
                || image.Find(standalone, "server.js") < 0
                || image.Used.Named.Any(n => IsBelow(image, n, standalone)))
                continue;
            tops.AddRange(image.Tree.VisibleChildren(next, image.Work)
                .Where(n => !Kept.Contains(PathText.FromName(image.Tree.NameOf(n)))));
            if (image.Find(project, "node_modules") is >= 0 and var modules)
                tops.Add(modules);
        }

        foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, tops))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    "Modules beside a standalone server of Next.js that is not started",
                    Confidence.Maybe,
                    layer,
                    evidence,
                    new Fix(
                        "The build wrote .next/standalone, a server with the modules that it needs, but the image " +
                        "starts another one with all modules. Copy standalone, .next/static and public into a last " +
                        "stage and start server.js there.",
                        "FROM <this base>\nCOPY --from=build <the project>/.next/standalone ./\nCOPY --from=build "
                            + "<the project>/.next/static .next/static\nCMD [\"node\", \"server.js\"]")));
    }

    private static bool IsBelow(FindingContext image, int node, int top)
    {
        for (; node > FileTree.Root; node = image.Tree.Nodes[node].Parent)
        {
            image.Work.Spend(1);
            if (node == top)
                return true;
        }

        return false;
    }
}
