using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Secrets;

/// <summary>
/// Files that hold keys and passwords by their name or by a look into them, in any layer, deleted or not: whoever can pull
/// the image can read them. Only path, layer and kind are ever told.
/// </summary>
internal sealed class SecretFileRule : IFindingRule
{
    private const string PrivateKey = "private key";

    /// <summary>By a name, or by the last two when one alone says too little.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["id_rsa"] = PrivateKey,
        ["id_dsa"] = PrivateKey,
        ["id_ecdsa"] = PrivateKey,
        ["id_ed25519"] = PrivateKey,
        ["id_ecdsa_sk"] = PrivateKey,
        ["id_ed25519_sk"] = PrivateKey,
        [".env"] = "environment file",
        [".npmrc"] = "npm settings, which may hold a token",
        [".pypirc"] = "PyPI credentials",
        [".netrc"] = "network credentials",
        [".git-credentials"] = "git credentials",
        [".dockercfg"] = "registry credentials",
        [".docker/config.json"] = "registry credentials",
        ["containers/auth.json"] = "registry credentials",
        [".aws/credentials"] = "AWS credentials",
        [".azure/accessTokens.json"] = "Azure credentials",
        [".azure/msal_token_cache.json"] = "Azure credentials",
        ["gcloud/credentials.db"] = "Google Cloud credentials",
        ["gcloud/application_default_credentials.json"] = "Google Cloud credentials",
        [".kube/config"] = "Kubernetes credentials",
        ["kubeconfig"] = "Kubernetes credentials",
        [".cargo/credentials"] = "cargo token",
        [".cargo/credentials.toml"] = "cargo token",
        [".composer/auth.json"] = "Composer credentials",
        ["composer/auth.json"] = "Composer credentials",
        [".gem/credentials"] = "RubyGems token",
        [".m2/settings-security.xml"] = "Maven credentials",
        [".pgpass"] = "database password",
        [".my.cnf"] = "database password",
        [".htpasswd"] = "password hashes",
        [".vault-token"] = "Vault token",
        ["credentials.json"] = "credentials",
        ["credentials.xml"] = "credentials",
        ["credentials.yml"] = "credentials",
        ["credentials.yaml"] = "credentials",
        ["master.key"] = "encryption key",
        ["secrets.yml"] = "secrets",
        ["secrets.yaml"] = "secrets",
        ["secrets.json"] = "secrets",
        ["secring.gpg"] = PrivateKey,
        ["privkey.pem"] = PrivateKey,
        ["private.pem"] = PrivateKey,
        ["private-key.pem"] = PrivateKey,
        ["private_key.pem"] = PrivateKey,
        ["key.pem"] = PrivateKey,
        ["ssh_host_rsa_key"] = PrivateKey,
        ["ssh_host_ecdsa_key"] = PrivateKey,
        ["ssh_host_ed25519_key"] = PrivateKey,
    };

    private static readonly Dictionary<string, string> Endings = new(StringComparer.Ordinal)
    {
        [".jks"] = "key store",
        [".keystore"] = "key store",
        [".ovpn"] = "VPN profile",
        [".ppk"] = PrivateKey,
        [".key"] = PrivateKey,
        [".pfx"] = "key store",
        [".p12"] = "key store",
        [".kdbx"] = "password store",
        [".tfstate"] = "Terraform state",
    };

    private static readonly byte[][] EndingBytes = [.. Endings.Keys.Select(Encoding.ASCII.GetBytes)];

    private const int LongestName = 64;

    private static readonly bool[] Shapes = ShapesOf(Kinds.Keys.Select(k => k[(k.LastIndexOf('/') + 1)..]));

    /// <summary>Templates of an environment file hold no values.</summary>
    private static readonly string[] Templates = ["example", "sample", "template", "dist", "defaults", "tpl"];

    /// <summary>Keys in there are published with the package: fixtures of its tests.</summary>
    private static readonly string[] Published = ["node_modules", "site-packages", "dist-packages", "gems", "doc", "examples", "testdata", "jvm"];

    /// <summary>As well the tests of languages' own libraries, which hold keys by the dozen.</summary>
    private static readonly string[] TestFolders = [.. Published, "test", "tests", "certdata", "idle_test", "fixtures"];

    /// <summary>Names that hold settings as often as secrets: said, but not loudly.</summary>
    private static readonly string[] Doubtful = [".npmrc", "credentials.json", "credentials.xml", "credentials.yml", "credentials.yaml", "secrets.yml", "secrets.yaml", "secrets.json"];

    /// <summary>Such an ending stands for public keys, and for other things, too.</summary>
    private const string DoubtfulEnding = ".key";

    public string Id => "secret-file";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var groups = new SortedDictionary<(int Layer, bool Doubtful), (EvidenceList Evidence, SortedSet<string> Kinds, HashSet<int> Nodes)>();
        foreach (var (inode, kind, seen) in Secrets(image))
        {
            var node = image.Tree.Inodes[inode].Node;
            var name = PathText.FromName(image.Tree.NameOf(node));
            var key = (image.Copies.Origin(node), seen
                ? kind.StartsWith("encrypted", StringComparison.Ordinal)
                : Doubtful.Contains(name) || (name.EndsWith(DoubtfulEnding, StringComparison.Ordinal) && !Kinds.ContainsKey(name)));
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = (new EvidenceList(image), new SortedSet<string>(StringComparer.Ordinal), []));
            group.Kinds.Add(kind);
            group.Nodes.Add(node);
            group.Evidence.Add(node, inode);
        }

        foreach (var ((layer, doubtful), (evidence, kinds, nodes)) in groups)
        {
            var quiet = doubtful || image.Base.Has(layer);
            var finding = image.Finding(
                Id,
                doubtful ? "doubtful" : "",
                $"{(nodes.Count == 1 ? "A secret" : $"{nodes.Count} secrets")}: {string.Join(", ", kinds)}",
                quiet ? Confidence.Maybe : Confidence.Probable,
                layer,
                evidence,
                new Fix(Where(evidence), "RUN --mount=type=secret,id=<name>,target=<path> <the command that needs it>"),
                "CIS-DI-0010");
            yield return finding with { Severity = quiet ? Severity.Medium : Severity.High };
        }
    }

    /// <summary>Seen: told by the content.</summary>
    private static IEnumerable<(int Inode, string Kind, bool Seen)> Secrets(FindingContext image)
    {
        var tree = image.Tree;
        var contents = Contents(image);
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            if (tree.Inodes[i].Node < 0 || tree.SizeOf(tree.Inodes[i]) == 0)
                continue;
            var node = tree.Inodes[i].Node;
            var looked = contents.TryGetValue(i, out var seen);
            if (looked && seen!.Length > 0)
            {
                if (!IsIn(tree, node, TestFolders))
                    yield return (i, seen, true);
            }
            else if (KindOf(tree, node) is { } kind && !(looked && Doubtful.Contains(PathText.FromName(tree.NameOf(node)))))
            {
                yield return (i, kind, false);
            }
        }
    }

    /// <summary>By inode, what a look into the file told while it was read.</summary>
    private static Dictionary<int, string> Contents(FindingContext image)
    {
        var tree = image.Tree;
        var found = new Dictionary<int, string>();
        for (var layer = 0; layer < tree.Layers.Count; layer++)
        {
            var stored = tree.Layers[layer].Layer;
            foreach (var capture in stored.Captures)
                if (capture.Kind == SecretFiles.Kind && capture.Ordinal < stored.Entries.Count && tree.PlaceOf(layer, capture.Ordinal) is var node and >= 0)
                    foreach (var inode in image.Copies.At(node))
                        if (tree.Inodes[inode].Layer == layer && tree.Inodes[inode].Ordinal == capture.Ordinal)
                            found[inode] = Encoding.UTF8.GetString(capture.Bytes);
        }

        return found;
    }

    private static string? KindOf(FileTree tree, int node)
    {
        var bytes = tree.NameOf(node);
        // Most names are ruled out by their first letter or their ending, without a string for each.
        if (!MayBe(bytes))
            return null;
        var name = PathText.FromName(bytes);
        var parent = tree.Nodes[node].Parent;
        string? kind = null;
        if (!Kinds.TryGetValue(name, out kind) && !Kinds.TryGetValue(PathText.FromName(tree.NameOf(parent)) + "/" + name, out kind))
        {
            if (name.StartsWith(".env.", StringComparison.Ordinal) && !IsTemplate(name))
                kind = Kinds[".env"];
            else if (name.LastIndexOf('.') is var dot and > 0)
                Endings.TryGetValue(name[dot..], out kind);
        }

        return kind is null || IsIn(tree, node, Published) ? null : kind;
    }

    private static bool IsTemplate(string name) => Templates.Any(t => name.EndsWith(t, StringComparison.Ordinal));

    private static bool IsIn(FileTree tree, int node, string[] folders)
    {
        for (var n = tree.Nodes[node].Parent; n > FileTree.Root; n = tree.Nodes[n].Parent)
            if (folders.Contains(PathText.FromName(tree.NameOf(n))))
                return true;
        return false;
    }

    /// <summary>First letter and length.</summary>
    private static int Shape(int first, int length) => (length << 8) | first;

    private static bool[] ShapesOf(IEnumerable<string> names)
    {
        var shapes = new bool[(LongestName + 1) << 8];
        foreach (var name in names)
            shapes[Shape(name[0], name.Length)] = true;
        return shapes;
    }

    private static bool MayBe(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 4 or > LongestName)
            return false;
        if (name.StartsWith(".env"u8) || Shapes[Shape(name[0], name.Length)])
            return true;
        var dot = name.LastIndexOf((byte)'.');
        if (dot <= 0)
            return false;
        foreach (var ending in EndingBytes)
            if (name[dot..].SequenceEqual(ending))
                return true;
        return false;
    }

    private static string Where(EvidenceList evidence)
    {
        var places = evidence.Biggest().Take(20).Select(e =>
            e.HiddenBy is { } by ? $"{e.Path} (layer {e.Layer}, hidden by layer {by} but still stored)" : $"{e.Path} (layer {e.Layer})");
        return "Whoever can pull the image can read these files, deleted ones included: " + string.Join(", ", places) +
            ". Change what they open, and lend secrets to a build by a secret mount.";
    }
}
