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
    private static readonly HashSet<string> Installed = new(StringComparer.Ordinal)
    {
        "ensurepip", "site-packages", "dist-packages", "node_modules", "python-wheels", "gems",
    };

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var installed = image.Packages.All.Where(p => Registries.Contains(p.Ecosystem))
            .Select(p => Plain($"{p.Name}-{p.Version}")).ToHashSet();
        // What lies in a cache is part of its finding.
        var cached = image.In(image.Caches.SelectMany(c => c.Tops).ToHashSet());
        var skipped = new Subtrees(
            image.Tree, n => Installed.Contains(PathText.FromName(image.Tree.NameOf(n))), image.Work);
        var places = new Dictionary<int, Siblings>();
        var system = image.In(SkippedFolders.Select(image.Tree.Find).Where(n => n >= 0).ToHashSet());
        var nodes = Packages.SelectMany(image.Match).Where(IsLeft)
            .Concat(Archives.SelectMany(image.Names.Ending)
                .Where(n => IsLeft(n) && IsUsedUp(image, n, installed, places))).ToHashSet();
        var use = new ArchiveUse(image);
        var used = nodes.Where(use.IsUsedUp).ToHashSet();
        return Findings(image, used, Confidence.Probable)
            .Concat(Findings(image, nodes.Except(used), Confidence.Maybe));
        bool IsLeft(int node) => image.Tree.Nodes[node].Kind == EntryKind.File && !skipped.HasAround(node)
            && !system.HasAround(node) && !cached.Has(node);
    }

    private IEnumerable<Finding> Findings(FindingContext image, IEnumerable<int> nodes, Confidence confidence)
    {
        var used = confidence > Confidence.Maybe;
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, nodes))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    $"{(evidence.Count == 1 ? "1 package or archive" : $"{evidence.Count} packages and archives")} "
                        + (used ? $"left after {(evidence.Count == 1 ? "it was" : "they were")} installed or unpacked"
                            : "perhaps left after an installation"),
                    image.Base.Has(layer) ? Confidence.Maybe : confidence,
                    layer,
                    evidence,
                    new Fix(
                        (used ? "" : "Nothing shows that they were installed or unpacked here: they may be what the "
                            + "image offers. ")
                        + "Once installed or unpacked they are not read again. Download, use and remove them in one " +
                        "RUN, mount them for the command that needs them, or unpack them through a pipe or with ADD.",
                        Snippet(evidence.BiggestPath(), Instruction.IsCopy(image.InstructionOf(layer)),
                            image.Names.Named("curl").Any() || !image.Names.Named("wget").Any())))
                {
                    Key = used ? "" : "doubtful",
                    Remedy = !used ? null : new Remedy.RemoveFiles(
                        [.. evidence.Biggest().Select(e => TemporaryFolders.TopOf(e.Path)).Distinct()], [],
                        AnyRunMayRead: false),
                });
    }

    private static string Snippet(string path, bool copied, bool hasCurl)
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
        var fetch = hasCurl ? "curl -fsSL" : "wget -qO-";
        return command is null ? $"RUN {fetch} <url> | tar -xz -C <directory>"
            : copied ? $"RUN --mount=type=bind,source=<source>,target={path} {command}"
            : $"RUN <the command that fetches it> \\\n && {command} \\\n && rm {path}";
    }

    // Beside dl/tool-1.2.tar.gz stands a directory tool-1.2, tool or tool_1.2; or the package tool is installed, in
    // version 1.2.
    private static bool IsUsedUp(
        FindingContext image, int node, HashSet<string> installed, Dictionary<int, Siblings> places)
    {
        var name = PathText.FromName(image.Tree.NameOf(node));
        if (Siblings.IsSource(name) && Beside().HasSourceOf(name))
            return true;
        var stem = name[..name.LastIndexOf('.')];
        if (stem.EndsWith(".tar", StringComparison.Ordinal))
            stem = stem[..^".tar".Length];
        else if (name.EndsWith(".gz", StringComparison.Ordinal) || name.EndsWith(".xz", StringComparison.Ordinal)
            || name.EndsWith(".bz2", StringComparison.Ordinal) || name.EndsWith(".zst", StringComparison.Ordinal))
            // One compressed file, no tree.
            return false;
        return installed.Contains(Plain(stem)) || Beside().HasTreeOf(stem);

        Siblings Beside()
        {
            var parent = image.Tree.Nodes[node].Parent;
            if (!places.TryGetValue(parent, out var siblings))
                places.Add(parent, siblings = new Siblings(image, parent));
            return siblings;
        }
    }

    /// <summary>
    /// Registries and their tools write the same name in several ways: @scope/name and scope-name, a.b_c and a-b-c.
    /// </summary>
    private static string Plain(string name) =>
        name.TrimStart('@').ToLowerInvariant().Replace('/', '-').Replace('_', '-').Replace('.', '-');
}
