using System.Text;

namespace ImageInsight.Analysis.Secrets;

/// <summary>
/// Tells from a file's content whether it holds a key or a password. What is kept is the kind alone, never a value.
/// </summary>
internal static class SecretContent
{
    private const string PrivateKey = "private key";

    private enum Form
    {
        Key,
        Settings,
        Json,
    }

    /// <summary>By the end of the path: what a line with a value begins with, as these programs write it.</summary>
    private static readonly (byte[] Path, string Kind, Form Form, byte[][] Words)[] Named =
    [
        Describe(".npmrc", "npm token", Form.Settings, "_authToken", "_auth", "_password"),
        Describe(".yarnrc.yml", "npm token", Form.Settings, "npmAuthToken", "npmAuthIdent"),
        Describe(".pypirc", "PyPI credentials", Form.Settings, "password"),
        Describe("pip.conf", "PyPI credentials", Form.Settings, "://"),
        Describe(".netrc", "network credentials", Form.Settings, "password"),
        Describe(".git-credentials", "git credentials", Form.Settings, "://"),
        Describe(".docker/config.json", "registry credentials", Form.Json, "auth", "identitytoken", "registrytoken"),
        Describe("containers/auth.json", "registry credentials", Form.Json, "auth", "identitytoken", "registrytoken"),
        Describe(".aws/credentials", "AWS credentials", Form.Settings, "aws_secret_access_key"),
        Describe("credentials.json", "credentials", Form.Json, "private_key", "client_secret", "refresh_token",
            "password", "token", "secret"),
        Describe("composer/auth.json", "Composer credentials", Form.Json, "password", "github.com", "gitlab.com",
            "token"),
    ];

    private static (byte[] Path, string Kind, Form Form, byte[][] Words) Describe(
        string path, string kind, Form form, params string[] words) =>
        (Encoding.ASCII.GetBytes(path), kind, form, [.. words.Select(Encoding.ASCII.GetBytes)]);

    /// <summary>Of files in which a key may stand anywhere.</summary>
    public static IReadOnlyList<string> KeyEndings { get; } = [".pem", ".key", ".crt"];

    /// <summary>
    /// Of files that hold settings with a secret among them, as some programs call them; some are only that in a
    /// certain
    /// folder.
    /// </summary>
    public static IReadOnlyList<string> FileNames { get; } =
        [.. Named.Select(n => Encoding.ASCII.GetString(n.Path)).Select(p => p[(p.LastIndexOf('/') + 1)..]).Distinct()];

    /// <summary>What a key begins with, however its file is called.</summary>
    public static ReadOnlySpan<byte> KeyStart => "-----BEGIN "u8;

    /// <returns>True when the path says that <see cref="Read"/> may find something.</returns>
    public static bool MayHold(ReadOnlySpan<byte> path) =>
        path.EndsWith(".pem"u8) || path.EndsWith(".key"u8) || path.EndsWith(".crt"u8) || IndexOf(path) >= 0;

    /// <returns>What was found; empty when the file is of a known name and holds nothing; null when there is nothing to
    /// say.</returns>
    public static string? Read(ReadOnlySpan<byte> path, ReadOnlySpan<byte> body, WorkBudget work)
    {
        var at = IndexOf(path);
        if (at >= 0)
        {
            var (_, kind, form, words) = Named[at];
            foreach (var word in words)
            {
                work.Spend(body.Length);
                if (form == Form.Json ? HasMember(body, word) : HasSetting(body, word))
                    return kind;
            }

            return "";
        }

        work.Spend(body.Length);
        return KeyIn(body);
    }

    // -----BEGIN RSA PRIVATE KEY-----            also EC, DSA, OPENSSH, PGP … BLOCK, or nothing before PRIVATE
    // Proc-Type: 4,ENCRYPTED                     as -----BEGIN ENCRYPTED PRIVATE KEY-----
    private static string? KeyIn(ReadOnlySpan<byte> body)
    {
        for (var rest = body; rest.IndexOf(KeyStart) is var begin && begin >= 0;)
        {
            rest = rest[(begin + KeyStart.Length)..];
            var line = rest[..Math.Min(rest.Length, 64)];
            var end = line.IndexOf("-----"u8);
            if (end < 0 || line[..end].IndexOf("PRIVATE KEY"u8) < 0)
                continue;
            var next = rest[end..Math.Min(rest.Length, end + 64)];
            return line.StartsWith("ENCRYPTED"u8)
                || next.IndexOf("ENCRYPTED"u8) >= 0 ? "encrypted " + PrivateKey : PrivateKey;
        }

        return null;
    }

    // //registry.npmjs.org/:_authToken=npm_x
    // password: x
    // machine example.org login me password x
    // https://user:word@host
    private static bool HasSetting(ReadOnlySpan<byte> body, ReadOnlySpan<byte> word)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.Length == 0 || line[0] is (byte)'#' or (byte)';')
                continue;
            if (word.SequenceEqual("://"u8) ? HasAddress(line) : HasValue(line, word))
                return true;
        }

        return false;
    }

    private static bool HasValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word)
    {
        while (line.IndexOf(word) is var at && at >= 0)
        {
            line = line[(at + word.Length)..];
            // From the start alone: what a value ends in is not asked, and the end of a line would be looked at again
            // for each word in it.
            if (line.Length > 0 && line[0] is (byte)'=' or (byte)':' or (byte)' ' or (byte)'\t'
                && IsValue(line.TrimStart("=: \t\"'"u8)))
                return true;
        }

        return false;
    }

    private static bool HasAddress(ReadOnlySpan<byte> line)
    {
        // Looked for again only behind the one that was found: a line may have many addresses before it.
        var sign = -1;
        while (line.IndexOf("://"u8) is var at && at >= 0)
        {
            line = line[(at + 3)..];
            sign -= at + 3;
            if (sign < 0)
                sign = line.IndexOf((byte)'@');
            if (sign < 0)
                return false;
            if (sign > 0 && line[..sign].IndexOf((byte)':') is var colon and > 0 && IsValue(line[(colon + 1)..sign]))
                return true;
        }

        return false;
    }

    // "auth": "dXNlcjpwYXNz"
    private static bool HasMember(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var rest = body; rest.IndexOf(name) is var at && at >= 0;)
        {
            var quoted = at > 0 && rest[at - 1] == (byte)'"';
            rest = rest[(at + name.Length)..];
            if (!quoted || rest.Length == 0 || rest[0] != (byte)'"')
                continue;
            var value = rest[1..].TrimStart(" \t\r\n:"u8);
            if (value.Length > 1 && value[0] == (byte)'"' && value[1..].IndexOf((byte)'"') is var end and > 0
                && IsValue(value[1..(end + 1)]))
                return true;
        }

        return false;
    }

    /// <summary>A name of a variable, to be filled in later, is no secret.</summary>
    private static bool IsValue(ReadOnlySpan<byte> value) =>
        value.Length > 0 && value[0] is not ((byte)'$' or (byte)'<' or (byte)'%') && !value.StartsWith("{{"u8);

    private static int IndexOf(ReadOnlySpan<byte> path)
    {
        for (var i = 0; i < Named.Length; i++)
            if (path.EndsWith(Named[i].Path)
                && (path.Length == Named[i].Path.Length
                    || path[path.Length - Named[i].Path.Length - 1] is (byte)'/' or (byte)'.'))
                return i;
        return -1;
    }
}
