using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Bases;

/// <summary>
/// Takes the best answer that there is to two questions: what the base is called, and how many layers it has. Few know
/// both, so each question has a ladder of its own (docs/decisions/0013).
/// </summary>
internal static class BaseLadder
{
    /// <summary>More parents than any image has; a hostile history could name a thousand.</summary>
    private const int MaxSteps = 20;

    private const int PassesPerLine = 4;

    /// <param name="stated">The best first.</param>
    /// <param name="known">The longest first.</param>
    public static BaseImage Find(
        IReadOnlyList<HistoryEntry> history, IReadOnlyList<StatedBase> stated, IReadOnlyList<KnownBase> known,
        Distribution? distribution, WorkBudget? work = null)
    {
        // Every question goes over the lines.
        work?.Spend(PassesPerLine * history.Sum(h => 1L + h.Instruction.Length));
        var parents = known.Where(k => Begins(history, k.History)).ToList();
        work?.Spend(known.Sum(k => (long)k.History.Count));
        var products = new Products(history);
        var ends = BuildEnd.FindAll(history);
        var (layers, line, evidence, confidence) = CountOf(history, stated, parents, ends);
        var declared = stated.FirstOrDefault(s => s.By == StatedBy.Annotation)
            ?? stated.FirstOrDefault(s => s.By == StatedBy.Label && !IsInherited(s, history, line, parents));
        if (declared?.Name == StatedBase.Scratch)
            return new BaseImage(
                0, null, null, StatedIn(declared) + " says that it is built from scratch", BaseConfidence.Declared);
        var (product, version) = products.Before(line ?? history.Count);
        var what = Title(product, version, distribution);
        var family = product is not null ? product.FamilyOf(version!) : FamilyOf(distribution);
        var steps = StepsOf(layers, history, parents, ends, products, distribution);
        BaseImage Found(string? name, string? digest, string why, BaseConfidence found) => new(
            layers, name, digest, layers == 0 ? why : Join($"{Count(layers)} {evidence}", why), found)
        {
            Steps = Named(steps, name),
            Family = family,
        };

        if (declared is not null)
            return Found(
                declared.Name ?? what, declared.Digest, StatedIn(declared) + " names it", BaseConfidence.Declared);
        if (Pulled(stated, history, distribution) is { } pulled)
            return Found(pulled.Name, pulled.Digest, "the builder's provenance names it", BaseConfidence.Provenance);
        if (confidence == BaseConfidence.KnownImage)
            return Found(parents.Find(p => p.Layers == layers && p.Name is not null)?.Name ?? what, null, "",
                confidence);
        if (layers > 0)
            return Found(what, null, what is null ? "" : "its name is taken from "
                + (product is null ? "/etc/os-release"
                    : product.Variable + (distribution?.Title is null ? "" : " and /etc/os-release")), confidence);
        return what is null
            ? BaseImage.Unknown
            : new BaseImage(0, what, null, "/etc/os-release names it; how many layers it has is not known",
                BaseConfidence.Guessed)
            { Family = family };
    }

    /// <summary>The family that an image offers to those who build on it; null for an application.</summary>
    public static string? Offers(IReadOnlyList<HistoryEntry> history, BaseImage itsBase, Distribution distribution)
    {
        var last = history.LastOrDefault(h => h.Empty
            && (h.Instruction.StartsWith("CMD", StringComparison.OrdinalIgnoreCase)))?.Instruction;
        // One word is an interpreter or a shell; an application has arguments, or a name of its own.
        //   CMD ["bash"]      CMD ["/bin/sh"]      CMD ["node"]      CMD ["python3"]
        var idle = last is null || last.Split('"').Length == 3;
        var start = history.ToList().FindIndex(h => h.Layer == itsBase.Layers);
        if (!idle || start < 0)
            return null;
        // Above its base it brings a product, or it is the lowest image itself.
        var (product, version) = new Products(history).Before(history.Count);
        if (product is not null
            && (itsBase.Layers == 0
                || new Products([.. history.Skip(start - LeadingEmpty(history, start))]).Before(int.MaxValue).Product
                    == product))
            return product.FamilyOf(version!);
        return itsBase.Layers == 0 && product is null ? FamilyOf(distribution) : null;
    }

    private static int LeadingEmpty(IReadOnlyList<HistoryEntry> history, int line)
    {
        var empty = 0;
        while (line - empty > 0 && history[line - empty - 1].Empty)
            empty++;
        return empty;
    }

    private static (int Layers, int? Line, string Evidence, BaseConfidence Confidence) CountOf(
        IReadOnlyList<HistoryEntry> history, IReadOnlyList<StatedBase> stated, List<KnownBase> parents,
        IReadOnlyList<BuildEnd> ends)
    {
        if (stated.FirstOrDefault(s => s.Layers is not null)?.Layers is { } exact)
            return (exact, LineOf(history, exact), "by the builder's provenance", BaseConfidence.Provenance);
        // The highest end is FROM's. A known image below it is a parent of the base.
        var read = ends.Count == 0 ? null : ends[^1];
        return parents is [var parent, ..]
            && (read is null || parent.Layers >= read.Layers || read.Confidence == BaseConfidence.Guessed)
            ? (parent.Layers, Math.Max(parent.History.Count, LineOf(history, parent.Layers)),
                "that an image analysed here before has, too", BaseConfidence.KnownImage)
            : read is null ? (0, null, "", BaseConfidence.None)
            : (read.Layers, read.Line, read.Evidence, read.Confidence);
    }

    /// <summary>Lines of the history up to the last one of these layers; 0 when the history does not say.</summary>
    private static int LineOf(IReadOnlyList<HistoryEntry> history, int layers) =>
        history.ToList().FindIndex(h => h.Layer == layers - 1) + 1;

    /// <summary>
    /// What is built on an image has its whole history, times and all; a newer build of the same Dockerfile has not.
    /// </summary>
    private static bool Begins(IReadOnlyList<HistoryEntry> history, IReadOnlyList<HistoryEntry> parent) =>
        parent.Count <= history.Count
        && parent.Zip(history)
            .All(l => l.First.Instruction == l.Second.Instruction && l.First.Empty == l.Second.Empty
                && l.First.Created == l.Second.Created);

    /// <summary>A label that the base itself was given says what the base was built on.</summary>
    private static bool IsInherited(
        StatedBase label, IReadOnlyList<HistoryEntry> history, int? line, List<KnownBase> parents) =>
        history.Take(line ?? 0)
            .Any(h => h.Instruction.StartsWith("LABEL ", StringComparison.OrdinalIgnoreCase)
                && h.Instruction.Contains("org.opencontainers.image.base.", StringComparison.Ordinal))
        || (label.Name is not null && parents.Exists(p => p.StatedName == label.Name));

    /// <summary>
    /// The one image of those that a build pulled that this image can stand on; null when there are several, or none.
    /// </summary>
    private static StatedBase? Pulled(
        IReadOnlyList<StatedBase> stated, IReadOnlyList<HistoryEntry> history, Distribution? distribution)
    {
        var all = stated.Where(s => s.By == StatedBy.Provenance).ToList();
        if (all.Count < 2)
            return all.FirstOrDefault();
        var fitting = all.Where(s => Fits(s.Name ?? "", history, distribution)).ToList();
        return fitting.Count == 1 ? fitting[0] : null;
    }

    /// <summary>
    /// False for an image of a product whose version this one does not have, and of another distribution.
    /// </summary>
    private static bool Fits(string name, IReadOnlyList<HistoryEntry> history, Distribution? distribution)
    {
        var repository = name.Split('@')[0].Split('/')[^1].Split(':')[0];
        if (Product.All.FirstOrDefault(p => p.Repositories.Contains(repository)) is { } product)
            return history.Any(h => product.VersionIn(h) is not null);
        return !Distributions.Contains(repository) || repository == distribution?.Id;
    }

    private static readonly string[] Distributions =
        ["alpine", "debian", "ubuntu", "fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "oraclelinux",
            "archlinux", "opensuse", "busybox"];

    /// <summary>The product that the lines of a history set the version of last, up to each of them.</summary>
    private sealed class Products
    {
        private readonly (Product? Product, string? Version)[] last;

        public Products(IReadOnlyList<HistoryEntry> history)
        {
            last = new (Product?, string?)[history.Count + 1];
            for (var i = 0; i < history.Count; i++)
                last[i + 1] = Product.In(history[i]) is var (product, version) ? (product, version) : last[i];
        }

        public (Product? Product, string? Version) Before(int line) => last[Math.Min(line, last.Length - 1)];
    }

    private static string? Title(Product? product, string? version, Distribution? distribution) =>
        product is null ? distribution?.Title
        : distribution?.Title is { } title ? $"{product.Title} {version} on {title}"
        : $"{product.Title} {version}";

    // Alpine's 3.20.1 and 3.20.2 stand for each other.
    private static string? FamilyOf(Distribution? distribution) =>
        distribution is not { Id.Length: > 0 } d ? null : d.Version.Length == 0 ? d.Id
            : $"{d.Id}-{string.Join('.', d.Version.Split('.').Take(2))}";

    private static List<BaseStep> StepsOf(
        int layers, IReadOnlyList<HistoryEntry> history, List<KnownBase> parents, IReadOnlyList<BuildEnd> ends,
        Products products, Distribution? distribution)
    {
        var packs = BuildPack.FindLayers(history).Where(p => p <= layers).ToList();
        var steps = new SortedDictionary<int, BaseStep>();
        foreach (var parent in parents.Where(p => p.Layers <= layers))
            steps.TryAdd(parent.Layers, new BaseStep(parent.Layers, parent.Name, "analysed here before"));
        foreach (var end in ends.Where(e => e.Layers <= layers).TakeLast(MaxSteps))
            steps.TryAdd(end.Layers, new BaseStep(
                end.Layers, StepName(products, end, packs, distribution), end.Evidence));
        foreach (var pack in packs.Take(MaxSteps))
            steps.TryAdd(pack, new BaseStep(pack, "buildpack-deps", "it installs what buildpack-deps does"));
        if (layers > 0)
            steps.TryAdd(layers, new BaseStep(layers, null, "the base image"));
        return [.. steps.Values.TakeLast(MaxSteps)];
    }

    private static string? StepName(
        Products products, BuildEnd end, List<int> packs, Distribution? distribution)
    {
        var (product, version) = products.Before(end.Line);
        return product is not null ? $"{product.Title} {version}" : packs.Exists(p => p <= end.Layers)
            ? "buildpack-deps"
            : distribution?.Title;
    }

    private static List<BaseStep> Named(List<BaseStep> steps, string? name)
    {
        if (steps.Count > 0 && name is not null && steps[^1].Evidence != "analysed here before")
            steps[^1] = steps[^1] with { Name = name };
        return steps;
    }

    private static string StatedIn(StatedBase stated) =>
        stated.By == StatedBy.Label ? "a label of the image" : "an annotation of the manifest";

    private static string Count(int layers) => layers == 1 ? "1 layer" : $"{layers} layers";

    private static string Join(string first, string second) => second.Length == 0 ? first : $"{first}; {second}";
}
