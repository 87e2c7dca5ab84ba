using System.Text;

namespace ImageInsight.Analysis.Packages;

/// <summary>What os-release says: https://www.freedesktop.org/software/systemd/man/latest/os-release.html.</summary>
internal sealed record Distribution(string Id, string Version)
{
    private const int MaxValue = 200;

    /// <summary>As purls name it: debian-12; null when nothing tells.</summary>
    public string? Qualifier => Id.Length == 0 ? null : Version.Length == 0 ? Id : $"{Id}-{Version}";

    /// <summary>As people say it: Debian 12. Null when nothing tells.</summary>
    public string? Title =>
        (Name.Length > 0 ? Name : Id) is { Length: > 0 } name ? $"{name} {Version}".TrimEnd() : null;

    /// <summary>Without the words that every one of them adds.</summary>
    public string Name { get; init; } = "";

    public static Distribution Read(CapturedFiles files)
    {
        var file = files.At("/etc/os-release", OsReleaseFile.Kind)
            ?? files.At("/usr/lib/os-release", OsReleaseFile.Kind);
        string id = "", version = "", name = "";
        for (var lines = file?.Lines ?? default; lines.TryNext(out var line);)
        {
            if (line.StartsWith("ID="u8))
                id = Value(line[3..]);
            else if (line.StartsWith("VERSION_ID="u8))
                version = Value(line[11..]);
            else if (line.StartsWith("NAME="u8))
                name = Value(line[5..]);
        }

        return new Distribution(id, version) { Name = Short(name) };
    }

    /// <summary>Every package's URL has it, so it must not be long; no distribution's is.</summary>
    private static string Value(ReadOnlySpan<byte> text) =>
        text.Length > MaxValue ? "" : Encoding.UTF8.GetString(text).Trim().Trim('"', '\'');

    // "Debian GNU/Linux", "Alpine Linux", "Fedora Linux"
    private static string Short(string name) =>
        name.Replace(" GNU/Linux", "", StringComparison.Ordinal)
            .Replace(" Linux", "", StringComparison.Ordinal) is { Length: > 0 and <= 60 } text ? text : "";
}
