using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Programs and libraries that carry symbol tables and debug information in themselves.</summary>
internal sealed class UnstrippedProgramsRule : IFindingRule
{
    public const string RuleId = "unstripped-programs";

    private const long Smallest = 500_000;

    /// <summary>A linker needs the symbols of an object, the kernel those of a module.</summary>
    private static readonly string[] NeedSymbols = [".o", ".ko", ".obj"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
        {
            var found = Programs(image, layer).ToList();
            if (found.Sum(f => f.Part.Bytes) is var disk && disk < Smallest)
                continue;
            var pull = found.Sum(f => f.PullBytes);
            var go = found.All(f => f.IsGo);
            yield return image.Finding(new(
                Id,
                $"{(found.Count == 1 ? "1 program or library is" : $"{found.Count} programs and libraries are")} not "
                    + $"stripped: {Phrases.Size(disk)} of symbols and debug information",
                Confidence.Maybe,
                layer,
                new EvidenceList(image),
                new Fix(
                    "Debuggers and profilers read symbol tables and debug information, a running program does not. "
                        + "The pull size is estimated by the share of the file's bytes."
                    + (image.Base.Has(layer) ? " The base image brought these." : ""),
                    go ? "RUN go build -ldflags='-s -w' -trimpath -o /out/app ."
                        : "RUN <build> \\\n && strip --strip-unneeded <files>   # in the RUN that makes them"))) with
            {
                DiskBytes = disk,
                PullBytes = pull,
                Severity = Severities.For(disk, Confidence.Maybe, image),
                PathCount = found.Count,
                Paths = image.Describe(found.OrderByDescending(f => f.Part.Bytes)
                    .Select(f => (f.Node, new Evidence("", f.Part.Bytes, f.PullBytes, layer, null)))),
                Bodies = BodySet.Create([], [.. found.Select(f => f.Part).OrderBy(p => p.Ordinal)]),
            };
        }
    }

    private static IEnumerable<(int Node, BodyPart Part, long PullBytes, bool IsGo)> Programs(
        FindingContext image, int layer)
    {
        var tree = image.Tree;
        var (stored, shares) = (tree.Layers[layer].Layer, tree.Layers[layer].Blob.Shares);
        foreach (var (node, capture) in VisibleFiles.Captures(image, layer, ElfFiles.Kind))
        {
            image.Work.Spend(capture.Bytes.Length);
            var name = PathText.FromName(tree.NameOf(node));
            if (NeedSymbols.Any(e => name.EndsWith(e, StringComparison.Ordinal))
                || ElfFacts.Parse(capture.Bytes) is not { } facts)
                continue;
            var size = stored.Entries.Size(capture.Ordinal);
            var bytes = Math.Min(facts.SymbolBytes + facts.DebugBytes, size);
            if (bytes == 0)
                continue;
            var pull = Simulation.PullOfPart(shares[capture.Ordinal], bytes, facts.PackedBytes, size);
            yield return (node, new BodyPart(layer, capture.Ordinal, bytes, pull), pull, facts.GoVersion is not null);
        }
    }
}
