using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Packages that programs use when they run and that none of them requires: certificates, time zones, names of
/// services, locales, fonts, converters. Only recommended, they are asked for by name when recommendations go.
/// </summary>
internal static class RuntimePackages
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "ca-certificates", "ca-certificates-mozilla", "tzdata", "timezone", "netbase", "locales", "locales-all",
        "media-types", "mime-support", "mailcap", "krb5-locales", "poppler-data", "iso-codes", "openssh-client",
        "openssh-clients", "ssl-cert", "libnss-myhostname", "fontconfig",
    };

    private static readonly string[] Starts =
        ["glibc-langpack-", "glibc-locale", "libnss-", "libpam-", "librsvg2-common", "hunspell-", "tesseract-ocr-"];

    private static readonly string[] Fonts = ["fonts-", "ttf-", "xfonts-", "gsfonts", "dejavu-", "google-noto"];

    /// <summary>What uses a program or fonts without requiring them.</summary>
    private static readonly (string[] Used, string[] Users)[] Uses =
    [
        (["ghostscript"], ["imagemagick", "graphicsmagick", "libmagick", "libgraphicsmagick", "cups", "groff",
            "printer-driver", "php8.2-imagick", "php-imagick", "ruby-mini-magick", "gimp", "texlive"]),
        (Fonts, ["fontconfig", "libfontconfig", "chromium", "firefox", "libreoffice", "wkhtmltopdf", "openjdk-",
            "graphviz", "libpango", "imagemagick"]),
        (["libmagickcore-6.q16-6-extra", "libmagickcore-7.q16-10-extra"], []),
        (["xz-utils", "bzip2", "patch", "unzip"], ["dpkg-dev", "devscripts"]),
    ];

    /// <returns>Those of some packages that are only recommended and may be used all the same.</returns>
    /// <param name="stays">Packages that are there without them.</param>
    public static List<int> Find(IReadOnlyList<PackageClaim> claims, IReadOnlySet<int> candidates, IReadOnlySet<int> stays)
    {
        var names = stays.Select(s => claims[s].Name).ToHashSet(StringComparer.Ordinal);
        var hasFonts = names.Any(n => Begins(n, Fonts));
        return [.. candidates.Where(c => IsUsed(claims[c].Name, names, hasFonts)).Order()];
    }

    private static bool IsUsed(string name, HashSet<string> stays, bool hasFonts)
    {
        if (Names.Contains(name) || Begins(name, Starts))
            return true;
        if (hasFonts && Begins(name, Fonts))
            return false;
        return Array.Exists(Uses, u => Begins(name, u.Used) && stays.Any(s => Begins(s, u.Users)));
    }

    private static bool Begins(string name, string[] starts) =>
        Array.Exists(starts, s => name.StartsWith(s, StringComparison.Ordinal));
}
