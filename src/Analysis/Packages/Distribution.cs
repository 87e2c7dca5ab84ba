namespace ImageInsight.Analysis.Packages;

/// <summary>What os-release says: https://www.freedesktop.org/software/systemd/man/latest/os-release.html.</summary>
internal sealed record Distribution(string Id, string Version)
{
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
        foreach (var line in file?.Lines ?? [])
        {
            if (line.StartsWith("ID=", StringComparison.Ordinal))
                id = line[3..].Trim().Trim('"', '\'');
            else if (line.StartsWith("VERSION_ID=", StringComparison.Ordinal))
                version = line[11..].Trim().Trim('"', '\'');
            else if (line.StartsWith("NAME=", StringComparison.Ordinal))
                name = line[5..].Trim().Trim('"', '\'');
        }

        return new Distribution(id, version) { Name = Short(name) };
    }

    // "Debian GNU/Linux", "Alpine Linux", "Fedora Linux"
    private static string Short(string name) =>
        name.Replace(" GNU/Linux", "", StringComparison.Ordinal)
            .Replace(" Linux", "", StringComparison.Ordinal) is { Length: > 0 and <= 60 } text ? text : "";
}
