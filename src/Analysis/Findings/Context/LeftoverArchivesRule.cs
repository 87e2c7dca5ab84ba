using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>Packages and archives that were unpacked or installed and then stayed.</summary>
internal sealed class LeftoverArchivesRule : IFindingRule
{
    public const string RuleId = "leftover-archives";

    private const long Smallest = 10_000;

    /// <summary>Installed from: nothing opens them again.</summary>
    private static readonly string[] Packages = ["**/*.deb", "**/*.rpm", "**/*.apk", "**/*.whl"];

    private static readonly string[] Archives =
    [
        ".tar", ".tgz", ".gz", ".txz", ".xz", ".tbz2", ".bz2", ".zst", ".zip", ".7z", ".run", ".gem"
    ];

    /// <summary>An sdist, a packed module or a gem is known by its name and version.</summary>
    private static readonly string[] Registries = ["pypi", "npm", "gem", "composer"];

    /// <summary>Their archives are read as they are, or are another rule's.</summary>
    private static readonly string[] SkippedFolders =
        ["/etc/apk/", "/usr/share/", "/usr/lib/", "/usr/lib64/", "/var/cache/", "/var/lib/", "/proc/", "/sys/",
            "/usr/local/lib/", "/usr/local/share/"];

    /// <summary>
    /// What lies in there was installed with what holds it: pip comes with Python as a wheel, libraries test themselves
    /// with archives.
    /// </summary>
    private static readonly string[] InstalledFolders =
    [
        "/ensurepip/", "/site-packages/", "/dist-packages/", "/node_modules/", "/python-wheels/", "/gems/"
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var installed = image.Packages.All.Where(p => Registries.Contains(p.Ecosystem))
            .Select(p => Plain($"{p.Name}-{p.Version}")).ToHashSet();
        // What lies in a cache is part of its finding.
        var cached = image.Caches.SelectMany(c => c.Tops).SelectMany(image.Tree.Below).ToHashSet();
        var nodes = Packages.SelectMany(image.Match).Where(n => !IsSkipped(image.Tree.PathOf(n)))
            .Concat(Archives.SelectMany(
                image.Names.Ending).Where(n => !IsSkipped(image.Tree.PathOf(n)) && IsUsedUp(image, n, installed)))
            .Where(n => image.Tree.Nodes[n].Kind == EntryKind.File && !cached.Contains(n));
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, nodes))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    $"{(evidence.Count == 1 ? "1 package or archive" : $"{evidence.Count} packages and archives")} "
                        + $"left after {(evidence.Count == 1 ? "it was" : "they were")} installed or unpacked",
                    image.Base.Has(layer) ? Confidence.Maybe : Confidence.Probable,
                    layer,
                    evidence,
                    new Fix(
                        "Once installed or unpacked they are not read again. Download, use and remove them in one " +
                        "RUN, mount them for the command that needs them, or unpack them through a pipe or with ADD.",
                        Snippet(evidence.Biggest()[0].Path, Instruction.IsCopy(image.InstructionOf(layer)))))
                {
                    Remedy = new Remedy.RemoveFiles(
                        [.. evidence.Biggest().Select(e => TemporaryFolders.TopOf(e.Path)).Distinct()], [],
                        AnyRunMayRead: false),
                });
    }

    private static string Snippet(string path, bool copied)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var command = name[(name.LastIndexOf('.') + 1)..] switch
        {
            "whl" => $"pip install --no-cache-dir {path}",
            "deb" => $"apt-get update && apt-get install -y --no-install-recommends {path}",
            "rpm" => $"dnf install -y {path}",
            "apk" => $"apk add --no-cache --allow-untrusted {path}",
            "gem" => $"gem install --local --no-document {path}",
            _ => copied ? $"tar -xf {path} -C <directory>" : null,
        };
        return command is null ? "RUN curl -fsSL <url> | tar -xz -C <directory>"
            : copied ? $"RUN --mount=type=bind,source=<source>,target={path} {command}"
            : $"RUN <the command that fetches it> \\\n && {command} \\\n && rm {path}";
    }

    // Beside dl/tool-1.2.tar.gz stands a directory tool-1.2, tool or tool_1.2; or the package tool is installed, in
    // version 1.2.
    private static bool IsUsedUp(FindingContext image, int node, HashSet<string> installed)
    {
        var name = PathText.FromName(image.Tree.NameOf(node));
        if (IsDebianSource(image.Tree, node, name))
            return true;
        var stem = name[..name.LastIndexOf('.')];
        if (stem.EndsWith(".tar", StringComparison.Ordinal))
            stem = stem[..^".tar".Length];
        else if (name.EndsWith(".gz", StringComparison.Ordinal) || name.EndsWith(".xz", StringComparison.Ordinal)
            || name.EndsWith(".bz2", StringComparison.Ordinal) || name.EndsWith(".zst", StringComparison.Ordinal))
            // One compressed file, no tree.
            return false;
        if (installed.Contains(Plain(stem)))
            return true;
        var parent = image.Tree.Nodes[node].Parent;
        return stem.Length >= 2 && image.Tree.VisibleChildren(parent).Any(c =>
            image.Tree.Nodes[c].Kind == EntryKind.Directory
            && PathText.FromName(image.Tree.NameOf(c)) is { Length: >= 2 } directory
            && (directory == stem
                || (stem.StartsWith(directory, StringComparison.Ordinal) && stem[directory.Length] is '-' or '_' or '.')
                || (directory.StartsWith(stem, StringComparison.Ordinal)
                    && directory[stem.Length] is '-' or '_' or '.')));
    }

    // apt-get source leaves zstd_1.5.4.orig.tar.xz and zstd_1.5.4-1.debian.tar.xz beside zstd_1.5.4-1.dsc and the tree.
    private static bool IsDebianSource(FileTree tree, int node, string name) =>
        (name.Contains(".orig.tar.", StringComparison.Ordinal)
            || name.Contains(".debian.tar.", StringComparison.Ordinal))
        && tree.VisibleChildren(tree.Nodes[node].Parent).Any(c =>
            PathText.FromName(tree.NameOf(c)) is var other && other.EndsWith(".dsc", StringComparison.Ordinal)
            && other.Split('_')[0] == name.Split('_')[0]);

    /// <summary>
    /// Registries and their tools write the same name in several ways: @scope/name and scope-name, a.b_c and a-b-c.
    /// </summary>
    private static string Plain(string name) =>
        name.TrimStart('@').ToLowerInvariant().Replace('/', '-').Replace('_', '-').Replace('.', '-');

    private static bool IsSkipped(string path) =>
        SkippedFolders.Any(e => path.StartsWith(e, StringComparison.Ordinal))
        || InstalledFolders.Any(w => path.Contains(w, StringComparison.Ordinal));
}
