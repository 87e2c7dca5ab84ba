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

    /// <summary>They unpack an archive that they are given, or install it.</summary>
    private static readonly string[] Unpackers =
        ["tar", "bsdtar", "gtar", "unzip", "7z", "7za", "7zr", "jar", "gunzip", "cpio", "pip", "pip3", "uv", "gem",
            "npm", "yarn", "pnpm", "composer", "installer", "sh", "bash"];

    /// <summary>They read a source package.</summary>
    private static readonly string[] SourceReaders = ["apt-get source", "apt source", "dpkg-source", "dget "];

    private static readonly char[] Breaks = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\'', '/'];

    private readonly FindingContext image;
    private readonly List<(int Layer, string Text, bool Unpacks)> runs = [];
    private readonly HashSet<(string Ecosystem, string Package)> installed = [];
    private readonly Dictionary<(int Layer, string Name, bool Unpacked), bool> named = [];
    private readonly Lazy<Dictionary<(UInt128 Hash, long Size), int>> present;
    private readonly bool readsSources;

    public ArchiveUse(FindingContext image)
    {
        this.image = image;
        foreach (var layer in image.Facts.Layers)
            if (Instruction.IsRun(layer.Instruction)
                && Readers.Any(r => layer.Instruction!.Contains(r, StringComparison.Ordinal)))
                runs.Add((layer.Index, layer.Instruction!, layer.Instruction!
                    .Split(Breaks, StringSplitOptions.RemoveEmptyEntries).Any(Unpackers.Contains)));
        readsSources = image.Facts.Layers.Any(l => Instruction.IsRun(l.Instruction)
            && SourceReaders.Any(r => l.Instruction!.Contains(r, StringComparison.Ordinal)));
        present = new(FindMembers);
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
        var kind = Array.Find(Kinds, k => name.EndsWith(k.Ending, StringComparison.Ordinal));
        if (kind.Ending is not null)
            return IsInstalled(name[..^kind.Ending.Length], kind.Ecosystem)
                && (IsNamed(node, layer, name, unpacked: false) || !image.IsFromContext(layer));
        var share = UnpackedShare(node, layer);
        if (IsNamed(node, layer, name, unpacked: true))
            // What was unpacked may be gone in part; where the archive was not looked into, the RUN is believed.
            return share is null or >= 0.5;
        return !image.IsFromContext(layer) && (share == 1 || (readsSources && Siblings.IsSource(name))
            || Array.Exists(Registries, r => IsInstalled(name[..Math.Max(name.LastIndexOf('.'), 0)], r)));
    }

    /// <summary>It, or its folder, stands in the text of a RUN.</summary>
    private bool IsNamed(int node, int layer, string name, bool unpacked)
    {
        var parent = image.Tree.Nodes[node].Parent;
        return IsNamed(layer, name, unpacked)
            || (parent > FileTree.Root && IsNamed(layer, PathText.FromName(image.Tree.NameOf(parent))
                + (!unpacked && image.Tree.Nodes[parent].Parent > FileTree.Root ? "/" : "/*"), unpacked));
    }

    /// <returns>Of the bytes of its members, those that the final file system has as files, from the archive's layer
    /// on; null when the archive was not looked into.</returns>
    private double? UnpackedShare(int node, int layer)
    {
        if (VisibleFiles.Capture(image, node, ArchiveFiles.Kind) is not { } kept
            || ArchiveMembers.Parse(kept) is not { Count: > 0 } members)
            return null;
        image.Work.Spend(members.Count);
        if (members.All(m => present.Value.GetValueOrDefault(m, -1) >= layer))
            return 1;
        var there = members.Where(m => present.Value.GetValueOrDefault(m, -1) >= layer).Sum(m => (double)m.Size);
        return there / members.Sum(m => (double)m.Size);
    }

    /// <summary>Contents of members of archives, with the highest layer that has a visible file of it.</summary>
    private Dictionary<(UInt128 Hash, long Size), int> FindMembers()
    {
        var found = new Dictionary<(UInt128 Hash, long Size), int>();
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
            foreach (var (_, capture) in VisibleFiles.Captures(image, layer, ArchiveFiles.Kind))
                foreach (var member in ArchiveMembers.Parse(capture.Bytes) ?? [])
                {
                    image.Work.Spend(1);
                    found[member] = -1;
                }

        if (found.Count == 0)
            return found;
        image.Work.Spend(image.Tree.Inodes.Length);
        foreach (ref readonly var inode in image.Tree.Inodes)
            if (inode.HiddenBy < 0 && found.ContainsKey(image.Tree.ContentOf(inode)))
                found[image.Tree.ContentOf(inode)] = inode.Layer;
        return found;
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

    /// <summary>A RUN at or after the layer that unpacks or installs has it in its text.</summary>
    private bool IsNamed(int layer, string name, bool unpacked)
    {
        if (named.TryGetValue((layer, name, unpacked), out var known))
            return known;
        var found = false;
        foreach (var (index, text, unpacks) in runs)
            if (index >= layer && (unpacks || !unpacked) && !found)
            {
                image.Work.Spend(1 + (text.Length / CharactersPerStep));
                found = text.Contains(name, StringComparison.Ordinal);
            }

        return named[(layer, name, unpacked)] = found;
    }

    private static string WithoutEpoch(string version) =>
        version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static string Plain(string name) =>
        name.TrimStart('@').ToLowerInvariant().Replace('/', '-').Replace('_', '-').Replace('.', '-')
            .Replace('+', '-').Replace('~', '-');
}
