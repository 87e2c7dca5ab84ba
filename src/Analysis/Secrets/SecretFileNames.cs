using System.Text;

namespace ImageInsight.Analysis.Secrets;

/// <summary>Names of files that hold keys and passwords.</summary>
internal static class SecretFileNames
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

    /// <summary>Names that hold settings as often as secrets: said, but not loudly.</summary>
    private static readonly string[] Settings =
    [
        ".npmrc", "credentials.json", "credentials.xml", "credentials.yml", "credentials.yaml", "secrets.yml",
        "secrets.yaml", "secrets.json",
    ];

    /// <summary>Such an ending stands for public keys, and for other things, too.</summary>
    private const string DoubtfulEnding = ".key";

    /// <param name="name">The last component of a path.</param>
    /// <param name="folder">The one before it.</param>
    /// <returns>The kind of secret; null when the name tells of none.</returns>
    public static string? KindOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> folder)
    {
        // Most names are ruled out by their first letter or their ending, without a string for each.
        if (!MayBe(name))
            return null;
        var text = Encoding.UTF8.GetString(name);
        if (Kinds.TryGetValue(text, out var kind)
            || Kinds.TryGetValue(Encoding.UTF8.GetString(folder) + "/" + text, out kind))
            return kind;
        if (text.StartsWith(".env.", StringComparison.Ordinal) && !IsTemplate(text))
            return Kinds[".env"];
        return text.LastIndexOf('.') is var dot and > 0 ? Endings.GetValueOrDefault(text[dot..]) : null;
    }

    /// <summary>Only a look into the file tells.</summary>
    public static bool HoldsSettings(string name) => Settings.Contains(name);

    public static bool IsDoubtful(string name) =>
        HoldsSettings(name) || (name.EndsWith(DoubtfulEnding, StringComparison.Ordinal) && !Kinds.ContainsKey(name));

    private static bool IsTemplate(string name) => Templates.Any(t => name.EndsWith(t, StringComparison.Ordinal));

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
}
