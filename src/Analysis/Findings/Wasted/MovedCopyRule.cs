using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Files that a layer took away at one path and stored again at another: a move in its own RUN.</summary>
internal sealed class MovedCopyRule : IFindingRule
{
    public const string RuleId = "moved-copy";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var layers = WastedBodies.ByCausingLayer(image, WastedKind.Deleted, image.Moved.Contains).ToList();
        var targets = Targets(image, layers.Select(l => (l.Layer, l.Evidence)));
        foreach (var (layer, evidence) in layers)
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} moved after an earlier layer had stored "
                    + $"{Phrases.Them(evidence.Count)}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence, targets.GetValueOrDefault(layer)))
            {
                Remedy = new Remedy.StoreOnce(StoredChange.Moved),
            });
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence, string? target)
    {
        var carrier = evidence.MainLayer();
        var place = evidence.MainDirectory();
        var brings = image.InstructionOf(carrier);
        return new Fix(
            "Moving files in a later layer stores them twice"
                + (target is null ? ". " : $": {evidence.BiggestPath()} is {target} now. ")
                + $"Put them into their final place at once (layer {carrier}), and remove the move from layer {layer}.",
            Instruction.IsCopy(brings)
                ? $"COPY <source> <final path>\n# instead of {place}, then: "
                    + $"{Phrases.Short(image.InstructionOf(layer))}"
                : $"RUN {Phrases.Command(brings)} \\\n && mv {place} <final path>");
    }

    /// <summary>By layer, where the biggest file that it moved is now; none where it moved on.</summary>
    private static Dictionary<int, string> Targets(
        FindingContext image, IEnumerable<(int Layer, EvidenceList Evidence)> layers)
    {
        var tree = image.Tree;
        var wanted = layers.ToDictionary(
            l => (l.Layer, tree.ContentOf(tree.Inodes[l.Evidence.BiggestInodes(1).First()])), l => l.Layer);
        var found = new Dictionary<int, string>();
        image.Work.Spend(wanted.Count == 0 ? 0 : tree.Inodes.Length);
        for (var i = 0; found.Count < wanted.Count && i < tree.Inodes.Length; i++)
            if (tree.Inodes[i] is { HiddenBy: < 0 } inode
                && wanted.TryGetValue((inode.Layer, tree.ContentOf(inode)), out var layer))
                found.TryAdd(layer, Phrases.Path(tree.PathOf(tree.HomeOf(i))));
        return found;
    }
}
