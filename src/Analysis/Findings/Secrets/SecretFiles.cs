using System.Text;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Findings.Secrets;

/// <summary>Which files are looked into for keys and passwords. What is kept is the kind alone, never a value.</summary>
internal sealed class SecretFiles : IContentRule
{
    /// <summary>Keys and settings are smaller.</summary>
    private const int MaxBytes = 64 << 10;

    private const int MinBytes = 16;

    private static readonly WantedContent Content = new(new CaptureForm(Kind, Keep) { SaysOmitted = true }, MaxBytes);

    /// <summary>By the end of the path: what a line with a value begins with, as these programs write it.</summary>
    private static readonly NamedFile[] Named =
    [
        new(".npmrc", "npm token", Form.Settings, "_authToken", "_auth", "_password"),
        new(".yarnrc.yml", "npm token", Form.Settings, "npmAuthToken", "npmAuthIdent"),
        new(".pypirc", "PyPI credentials", Form.Settings, "password"),
        new("pip.conf", "PyPI credentials", Form.Settings, "://"),
        new(".netrc", "network credentials", Form.Settings, "password"),
        new(".git-credentials", "git credentials", Form.Settings, "://"),
        new(".docker/config.json", "registry credentials", Form.Json, "auth", "identitytoken", "registrytoken"),
        new("containers/auth.json", "registry credentials", Form.Json, "auth", "identitytoken", "registrytoken"),
        new(".aws/credentials", "AWS credentials", Form.Settings, "aws_secret_access_key"),
        new("credentials.json", "credentials", Form.Json, "private_key", "client_secret", "refresh_token", "password", "token", "secret"),
        new("composer/auth.json", "Composer credentials", Form.Json, "password", "github.com", "gitlab.com", "token"),
    ];

    /// <summary>What kind of secret the file holds, as text; empty when it may by its name and does not. Never the secret.</summary>
    public static CaptureKind Kind => new(4);

    private enum Form
    {
        Settings,
        Json,
    }

    public WantedContent? Find(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> first)
    {
        // A record may have no name at all.
        if (size is < MinBytes or > MaxBytes || first.Length == 0 || path.Length == 0)
            return null;
        // Nearly all files leave here: a look at one byte of the content and at the last of the name.
        if (first[0] == (byte)'-' && first.StartsWith("-----BEGIN "u8))
            return Content;
        return path[^1] switch
        {
            (byte)'m' or (byte)'y' or (byte)'t' => path.EndsWith(".pem"u8) || path.EndsWith(".key"u8) || path.EndsWith(".crt"u8),
            (byte)'c' or (byte)'l' or (byte)'f' or (byte)'s' or (byte)'n' => FindNamed(path) is not null,
            _ => false,
        } ? Content : null;
    }

    private static byte[]? Keep(ReadOnlySpan<byte> path, ArraySegment<byte> body)
    {
        if (FindNamed(path) is not { } file)
            return SecretContent.KeyIn(body) is { } key ? Encoding.UTF8.GetBytes(key) : null;
        foreach (var word in file.Words)
            if (file.Form == Form.Json ? SecretContent.HasMember(body, word) : SecretContent.HasSetting(body, word))
                return Encoding.UTF8.GetBytes(file.Kind);
        return [];
    }

    private static NamedFile? FindNamed(ReadOnlySpan<byte> path)
    {
        foreach (var file in Named)
            if (path.EndsWith(file.Path)
                && (path.Length == file.Path.Length || path[path.Length - file.Path.Length - 1] is (byte)'/' or (byte)'.'))
                return file;
        return null;
    }

    private sealed class NamedFile(string path, string kind, Form form, params string[] words)
    {
        public byte[] Path { get; } = Encoding.ASCII.GetBytes(path);

        public string Kind => kind;

        public Form Form => form;

        public byte[][] Words { get; } = [.. words.Select(Encoding.ASCII.GetBytes)];
    }
}
