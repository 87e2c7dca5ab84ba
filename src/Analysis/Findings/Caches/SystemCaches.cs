namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>The caches of distributions' package managers.</summary>
internal static class SystemCaches
{
    public static readonly PackageCache[] All =
    [
        new(
            CacheIds.Apt,
            "apt",
            [
                "/var/lib/apt/lists/*", "/var/cache/apt/archives/*", "/var/cache/apt/*pkgcache.bin",
            ],
            "Package lists and archives are only read by apt itself. Remove them in the RUN that installs, or keep "
                + "them out of the layer with a cache mount.",
            "RUN apt-get update \\\n && apt-get install -y --no-install-recommends <packages> \\\n && apt-get clean "
                + "\\\n && rm -rf /var/lib/apt/lists/*")
        {
            KnownAs = ["DL3009", "DKL-DI-0005", "S6587"],
        },
        new(
            CacheIds.Apk,
            "apk",
            [
                "/var/cache/apk/*", "/etc/apk/cache/*",
            ],
            "The index and the packages are only read by apk itself.",
            "RUN apk add --no-cache <packages>")
        {
            KnownAs = ["DL3019", "DKL-DI-0004", "S6587"],
        },
        new(
            CacheIds.Dnf,
            "dnf and yum",
            [
                "/var/cache/dnf/*", "/var/cache/libdnf5/*", "/var/cache/yum/*", "/var/lib/dnf/history*",
            ],
            "Metadata and packages are only read by dnf or yum itself.",
            "RUN dnf install -y --setopt=install_weak_deps=False <packages> \\\n && dnf clean all \\\n && rm -rf "
                + "/var/cache/dnf /var/cache/yum")
        {
            KnownAs = ["DL3040", "DL3032"],
        },
        new(
            CacheIds.Zypper,
            "zypper",
            [
                "/var/cache/zypp/*", "/var/cache/zypper/*",
            ],
            "Metadata and packages are only read by zypper itself.",
            "RUN zypper --non-interactive install --no-recommends <packages> \\\n && zypper clean --all")
        {
            KnownAs = ["DL3036"],
        },
        new(
            CacheIds.Pacman,
            "pacman",
            [
                "/var/cache/pacman/pkg/*", "/var/lib/pacman/sync/*",
            ],
            "Packages and sync databases are only read by pacman itself.",
            "RUN pacman -Sy --noconfirm <packages> \\\n && rm -rf /var/cache/pacman/pkg/* /var/lib/pacman/sync/*"),
        new(
            CacheIds.Tdnf,
            "tdnf",
            [
                "/var/cache/tdnf/*",
            ],
            "Metadata and packages are only read by tdnf itself.",
            "RUN tdnf install -y <packages> \\\n && tdnf clean all"),
        new(
            CacheIds.Xbps,
            "xbps",
            [
                "/var/cache/xbps/*",
            ],
            "Packages are only read by xbps itself.",
            "RUN xbps-install -Sy <packages> \\\n && rm -rf /var/cache/xbps"),
        new(
            CacheIds.Portage,
            "portage",
            [
                "/var/cache/distfiles/*", "/var/cache/binpkgs/*", "/var/db/repos/gentoo/*",
            ],
            "Sources and the package tree are only read by portage itself.",
            "RUN emerge <packages> \\\n && rm -rf /var/cache/distfiles /var/db/repos/gentoo"),
        new(
            CacheIds.Opkg,
            "opkg",
            [
                "/var/opkg-lists/*", "/var/lib/opkg/lists/*",
            ],
            "Package lists are only read by opkg itself.",
            "RUN opkg update \\\n && opkg install <packages> \\\n && rm -rf /var/opkg-lists/*"),
        new(
            CacheIds.Brew,
            "Homebrew",
            [
                "~/.cache/Homebrew/*", "$HOMEBREW_CACHE/*",
            ],
            "Downloads are only read by brew itself.",
            "RUN brew install <packages> \\\n && brew cleanup --prune=all -s"),
    ];

    /// <summary>The cache that a path lies in, or null.</summary>
    public static PackageCache? Containing(string path) =>
        Array.Find(All,
            c => c.Paths.Any(p => p.StartsWith('/')
                && path.StartsWith(p[..p.IndexOf('*', StringComparison.Ordinal)], StringComparison.Ordinal)));
}
