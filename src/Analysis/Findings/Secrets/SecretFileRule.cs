using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Findings.Secrets;

/// <summary>
/// Files that hold keys and passwords by their name or by a look into them, in any layer, deleted or not: whoever can
/// pull the image can read them. Only path, layer and kind are ever shown.
/// </summary>
internal sealed class SecretFileRule : IFindingRule
{
    /// <summary>Keys in there are published with the package: fixtures of its tests.</summary>
    private static readonly string[] Published =
    [
        "node_modules", "site-packages", "dist-packages", "gems", "doc", "examples", "testdata", "jvm"
    ];

    /// <summary>As well the tests of languages' own libraries, which hold keys by the dozen.</summary>
    private static readonly string[] TestFolders = [.. Published, "test", "tests", "certdata", "idle_test", "fixtures"];

    private const string DotNet = "ASP.NET development certificate";

    /// <summary>Where the SDK puts the certificate that it makes for itself.</summary>
    private static readonly string[] DotNetFolders = ["x509stores", "https", "dev-certs"];

    private static readonly Fix DotNetFix = new(
        "The .NET SDK made this certificate for itself on its first run; it is of no use in an image, and no secret " +
        "of yours. A variable keeps the SDK from making it.",
        "ENV DOTNET_GENERATE_ASPNET_CERTIFICATE=false");

    public string Id => "secret-file";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var groups = new SortedDictionary<(int Layer, bool DotNet, bool Doubtful), (EvidenceList Evidence,
            SortedSet<string> Kinds, HashSet<int> Nodes)>();
        foreach (var (inode, found, seen) in Secrets(image))
        {
            var node = image.Tree.Inodes[inode].Node;
            var name = PathText.FromName(image.Tree.NameOf(node));
            var dotNet = IsOfDotNet(image.Tree, node);
            var kind = dotNet ? DotNet : found;
            var key = (image.Copies.Origin(node), dotNet, seen
                ? kind.StartsWith("encrypted", StringComparison.Ordinal)
                : SecretFileNames.IsDoubtful(name));
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = (new EvidenceList(image), new SortedSet<string>(StringComparer.Ordinal), []));
            group.Kinds.Add(kind);
            group.Nodes.Add(node);
            group.Evidence.Add(node, inode);
        }

        foreach (var ((layer, _, doubtful), (evidence, kinds, nodes)) in groups)
        {
            var isOfDotNet = kinds.Contains(DotNet);
            var quiet = doubtful || isOfDotNet || image.Base.Has(layer);
            var finding = image.Finding(new(
                Id,
                $"{(nodes.Count == 1 ? "A secret" : $"{nodes.Count} secrets")}: {string.Join(", ", kinds)}",
                quiet ? Confidence.Maybe : Confidence.Probable,
                layer,
                evidence,
                isOfDotNet ? DotNetFix
                    : new Fix(
                        Where(evidence), "RUN --mount=type=secret,id=<name>,target=<path> <the command that needs it>"))
            {
                Key = isOfDotNet ? "dotnet" : doubtful ? "doubtful" : "",
                Remedy = isOfDotNet ? null : new Remedy.KeepSecretsOutOfContext([
                    .. evidence.Biggest().Select(e => e.Path[(e.Path.LastIndexOf('/') + 1)..]).Distinct()
                ]),
                KnownAs = ["CIS-DI-0010"],
            });
            yield return finding with { Severity = quiet ? Severity.Medium : Severity.High };
        }
    }

    /// <summary>Seen: recognised by the content.</summary>
    private static IEnumerable<(int Inode, string Kind, bool Seen)> Secrets(FindingContext image)
    {
        var tree = image.Tree;
        var contents = Contents(image);
        image.Work.Spend(tree.Inodes.Length);
        var published = InFolders(image, Published);
        var tests = InFolders(image, TestFolders);
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            if (tree.Inodes[i].Node < 0 || tree.SizeOf(tree.Inodes[i]) == 0 || IsOfPackage(image, i))
                continue;
            var node = tree.Inodes[i].Node;
            var looked = contents.TryGetValue(i, out var seen);
            if (looked && seen!.Length > 0)
            {
                if (!tests.HasAround(node))
                    yield return (i, seen, true);
            }
            else if (SecretFileNames.KindOf(tree.NameOf(node), tree.NameOf(tree.Nodes[node].Parent)) is { } kind
                && !published.HasAround(node)
                && !(looked && SecretFileNames.HoldsSettings(PathText.FromName(tree.NameOf(node)))))
            {
                yield return (i, kind, false);
            }
        }
    }

    // ~/.dotnet/corefx/cryptography/x509stores/my/*.pfx, ~/.aspnet/https/*.pfx
    private static bool IsOfDotNet(FileTree tree, int node)
    {
        var (inStore, inDotNet) = (false, false);
        for (var at = tree.Nodes[node].Parent; at > FileTree.Root; at = tree.Nodes[at].Parent)
        {
            var name = PathText.FromName(tree.NameOf(at));
            inStore |= DotNetFolders.Contains(name);
            inDotNet |= name is ".dotnet" or ".aspnet";
        }

        return inStore && inDotNet;
    }

    /// <summary>Whoever can install the package has the key.</summary>
    private static bool IsOfPackage(FindingContext image, int inode) =>
        image.Packages.OwnerOf(inode) is >= 0 and var owner && image.Packages.Claims[owner].Carrier < 0;

    /// <summary>By inode, what the content showed while the file was read.</summary>
    private static Dictionary<int, string> Contents(FindingContext image)
    {
        var tree = image.Tree;
        var found = new Dictionary<int, string>();
        for (var layer = 0; layer < tree.Layers.Count; layer++)
        {
            var stored = tree.Layers[layer].Layer;
            image.Work.Spend(stored.Captures.Count);
            foreach (var capture in stored.Captures)
                if (capture.Kind == SecretFiles.Kind && capture.Ordinal < stored.Entries.Count
                    && tree.InodeOf(layer, capture.Ordinal) is var inode and >= 0 && tree.Inodes[inode].Node >= 0)
                    found[inode] = Encoding.UTF8.GetString(capture.Bytes);
        }

        return found;
    }

    private static Subtrees InFolders(FindingContext image, string[] names) =>
        new(image.Tree, n => names.Contains(PathText.FromName(image.Tree.NameOf(n))), image.Work);

    private static string Where(EvidenceList evidence)
    {
        var stored = evidence.Biggest().Select(e => (e.Path, e.Layer)).ToHashSet();
        var places = evidence.Biggest().Take(20).Select(e =>
            e.HiddenBy is not { } by ? $"{Phrases.Path(e.Path)} (layer {e.Layer})"
                : $"{Phrases.Path(e.Path)} (layer {e.Layer}, "
                    + $"{(stored.Contains((e.Path, by)) ? "replaced" : "removed")} by layer {by}, but still stored)");
        return "Everyone who can pull the image can read these files, deleted ones included: "
            + string.Join(", ", places) +
            ". Treat each as leaked: replace it. Give secrets to a build by a secret mount.";
    }
}
