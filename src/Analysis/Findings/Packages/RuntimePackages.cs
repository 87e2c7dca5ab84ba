using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Packages that programs use when they run and that none of them requires: certificates, time zones, names of
/// services, locales, fonts, converters. Only recommended, they are asked for by name when recommendations go.
/// </summary>
internal static class RuntimePackages
{
    /// <summary>Data that whatever runs may read.</summary>
    private static readonly HashSet<string> Data = new(StringComparer.Ordinal)
    {
        "ca-certificates", "ca-certificates-mozilla", "tzdata", "timezone", "netbase", "locales", "locales-all",
        "media-types", "mime-support", "mailcap",
    };

    private static readonly string[] DataStarts = ["glibc-langpack-", "glibc-locale", "libnss-", "tesseract-ocr-"];

    private static readonly string[] Fonts = ["fonts-", "ttf-", "xfonts-", "gsfonts", "dejavu-", "google-noto"];

    /// <summary>What uses a program or fonts without requiring them.</summary>
    private static readonly (string[] Used, string[] Users)[] Uses =
    [
        (["ghostscript"], ["imagemagick", "graphicsmagick", "libmagick", "libgraphicsmagick", "cups", "groff",
            "printer-driver", "gimp", "texlive", "ImageMagick", "GraphicsMagick"]),
        (Fonts, ["fontconfig", "libfontconfig", "chromium", "firefox", "libreoffice", "wkhtmltopdf", "openjdk-",
            "graphviz", "libpango", "imagemagick"]),
    ];

    /// <summary>What starts a client of SSH.</summary>
    private static readonly string[] OverSsh = ["git", "rsync", "ansible", "svn", "scp", "sftp"];

    /// <returns>Those of some packages that are only recommended and may be used all the same.</returns>
    /// <param name="stays">Packages that are there without them.</param>
    public static List<int> Find(FindingContext image, IReadOnlySet<int> candidates, IReadOnlySet<int> stays)
    {
        var claims = image.Packages.Claims;
        image.Work.Spend(candidates.Count + stays.Count);
        var users = Users(image, stays);
        var names = users.Select(s => claims[s].Name).ToHashSet(StringComparer.Ordinal);
        var hasFonts = stays.Any(s => Begins(claims[s].Name, Fonts));
        var recommended = users == stays ? null
            : users.SelectMany(u => PackageLinks.Answer(
                image.Needs.Providers, claims[u], claims[u].Recommends, image.Work)).ToHashSet();
        return [.. candidates.Where(c => IsUsed(image, c, names, hasFonts, recommended)).Order()];
    }

    /// <summary>
    /// Where all that starts is of packages, these and what they need; else all, as a program of somebody's own uses
    /// what it likes.
    /// </summary>
    private static IReadOnlySet<int> Users(FindingContext image, IReadOnlySet<int> stays)
    {
        var start = image.Used.Start;
        if (start.IsOpen || start.IsInterpreted || start.Files.Count == 0)
            return stays;
        var owners = start.Files.Select(f => image.Tree.Nodes[f].Inode).Where(i => i >= 0)
            .Select(image.Packages.OwnerOf).ToHashSet();
        return owners.All(o => o >= 0 && image.Packages.Claims[o].Carrier < 0)
            ? PackageLinks.Closure(
                image.Packages.Claims, image.Needs.Providers, owners, recommends: false, image.Work)
            : stays;
    }

    private static bool IsUsed(
        FindingContext image, int package, HashSet<string> users, bool hasFonts, HashSet<int>? recommended)
    {
        var name = image.Packages.Claims[package].Name;
        if (Data.Contains(name) || Begins(name, DataStarts))
            return recommended?.Contains(package) != false;
        if (name is "openssh-client" or "openssh-clients")
            return image.Used.Start.IsOpen || OverSsh.Any(image.Used.Start.Runs);
        return !(hasFonts && Begins(name, Fonts))
            && Array.Exists(Uses, u => Begins(name, u.Used) && users.Any(s => Begins(s, u.Users)));
    }

    private static bool Begins(string name, string[] starts) =>
        Array.Exists(starts, s => name.StartsWith(s, StringComparison.Ordinal));
}
