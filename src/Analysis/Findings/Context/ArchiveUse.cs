using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Whether a package or an archive was installed or unpacked here: a site may offer it as well, and an Android package
/// is called like one of Alpine.
/// </summary>
internal sealed class ArchiveUse
{
    private const int CharactersPerStep = 8;

    private static readonly (string Ending, string Ecosystem)[] Kinds =
        [(".deb", "deb"), (".rpm", "rpm"), (".apk", "apk"), (".whl", "pypi"), (".gem", "gem")];

    /// <summary>An sdist, a packed module or a gem is known by its name and version.</summary>
    private static readonly string[] Registries = ["pypi", "npm", "gem", "composer"];

    /// <summary>They read what a RUN names beside them.</summary>
    private static readonly string[] Readers =
        ["tar ", "tar\t", "unzip", "bsdtar", "7z", "dpkg", "apt-get", "apt ", "rpm", "dnf", "yum", "microdnf", "zypper",
            "apk ", "pip", "uv ", "gem ", "npm", "yarn", "pnpm", "jar x", "gunzip", "unxz", "cpio", "sh ", "bash ",
            "python", "composer", "ar x", "installer"];

    private readonly FindingContext image;
    private readonly List<(int Layer, string Text)> runs = [];
    private readonly HashSet<(string Ecosystem, string Package)> installed = [];
    private readonly Dictionary<(int Layer, string Name), bool> named = [];

    public ArchiveUse(FindingContext image)
    {
        this.image = image;
        foreach (var layer in image.Facts.Layers)
            if (Instruction.IsRun(layer.Instruction)
                && Readers.Any(r => layer.Instruction!.Contains(r, StringComparison.Ordinal)))
                runs.Add((layer.Index, layer.Instruction!));
        image.Work.Spend(image.Packages.Claims.Count);
        foreach (var claim in image.Packages.Claims)
            if (Array.Exists(Kinds, k => k.Ecosystem == claim.Ecosystem) || Registries.Contains(claim.Ecosystem))
            {
                image.Work.Spend(claim.Name.Length + claim.Version.Length);
                installed.Add((claim.Ecosystem, Plain($"{claim.Name}-{WithoutEpoch(claim.Version)}")));
            }
    }

    public bool IsUsedUp(int node)
    {
        var name = PathText.FromName(image.Tree.NameOf(node));
        var layer = image.Tree.Inodes[image.Tree.Nodes[node].Inode].Layer;
        var parent = image.Tree.Nodes[node].Parent;
        var isNamed = IsNamed(layer, name)
            || (parent > FileTree.Root && IsNamed(layer, PathText.FromName(image.Tree.NameOf(parent))
                + (image.Tree.Nodes[parent].Parent > FileTree.Root ? "/" : "/*")));
        var kind = Array.Find(Kinds, k => name.EndsWith(k.Ending, StringComparison.Ordinal));
        if (kind.Ending is not null)
            return IsInstalled(name[..^kind.Ending.Length], kind.Ecosystem)
                && (isNamed || !image.IsFromContext(layer));
        if (isNamed)
            return true;
        // What a RUN fetched and unpacked has its tree beside it, which is no smaller.
        return !image.IsFromContext(layer) && (HasTreeBeside(node, parent) || Array.Exists(
            Registries, r => IsInstalled(name[..Math.Max(name.LastIndexOf('.'), 0)], r)));
    }

    private bool IsInstalled(string stem, string ecosystem)
    {
        image.Work.Spend(stem.Length);
        var plain = Plain(Uri.UnescapeDataString(stem));
        // name_1.2-3_amd64, name-1.2-3.x86_64, name-1.2-py3-none-any: the name and version are the beginning.
        for (var end = plain.Length; end > 0; end = plain.LastIndexOf('-', end - 1))
            if (installed.Contains((ecosystem, plain[..end])))
                return true;
        return false;
    }

    private bool HasTreeBeside(int node, int parent)
    {
        var size = image.Tree.SizeOf(image.Tree.Inodes[image.Tree.Nodes[node].Inode]);
        if (!trees.TryGetValue(parent, out var biggest))
            trees.Add(parent, biggest = image.Tree.VisibleChildren(parent, image.Work)
                .Where(c => image.Tree.Nodes[c].Kind == EntryKind.Directory)
                .Select(c => image.Tree.FinalSizes[c].DiskBytes).DefaultIfEmpty().Max());
        return biggest >= size || PathText.FromName(image.Tree.NameOf(node)) is var name && Siblings.IsSource(name);
    }

    private readonly Dictionary<int, long> trees = [];

    /// <summary>A RUN at or after the layer that unpacks or installs has it in its text.</summary>
    private bool IsNamed(int layer, string name)
    {
        if (named.TryGetValue((layer, name), out var known))
            return known;
        var found = false;
        foreach (var (index, text) in runs)
            if (index >= layer && !found)
            {
                image.Work.Spend(1 + (text.Length / CharactersPerStep));
                found = text.Contains(name, StringComparison.Ordinal);
            }

        return named[(layer, name)] = found;
    }

    private static string WithoutEpoch(string version) =>
        version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static string Plain(string name) =>
        name.TrimStart('@').ToLowerInvariant().Replace('/', '-').Replace('_', '-').Replace('.', '-')
            .Replace('+', '-').Replace('~', '-');
}
