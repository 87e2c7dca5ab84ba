namespace ImageInsight.Analysis.Findings;

/// <summary>Where package managers leave what only they read. <c>~</c> is every home directory; a last part may hold one <c>*</c>.</summary>
/// <param name="Flag">What keeps the cache from being written, or removes it in the same RUN.</param>
internal sealed record PackageCache(string Id, string Name, string[] Paths, string Text, string Flag)
{
    public static readonly PackageCache[] All =
    [
        new(
            "apt",
            "apt",
            [
                "/var/lib/apt/lists/*", "/var/cache/apt/archives/*", "/var/cache/apt/*pkgcache.bin", "/var/cache/debconf/*-old",
                "/var/lib/dpkg/*-old",
            ],
            "Package lists and archives are only read by apt itself. Remove them in the RUN that installs, or keep them out of the layer with a cache mount.",
            "RUN apt-get update \\\n && apt-get install -y --no-install-recommends <packages> \\\n && apt-get clean \\\n && rm -rf /var/lib/apt/lists/*"),
        new(
            "apk",
            "apk",
            ["/var/cache/apk/*", "/etc/apk/cache/*"],
            "The index and the packages are only read by apk itself.",
            "RUN apk add --no-cache <packages>"),
        new(
            "dnf",
            "dnf and yum",
            ["/var/cache/dnf/*", "/var/cache/libdnf5/*", "/var/cache/yum/*", "/var/lib/dnf/history*"],
            "Metadata and packages are only read by dnf or yum itself.",
            "RUN dnf install -y --setopt=install_weak_deps=False <packages> \\\n && dnf clean all \\\n && rm -rf /var/cache/dnf /var/cache/yum"),
        new(
            "pip",
            "pip",
            ["~/.cache/pip/*"],
            "Downloaded and built wheels are only read by the next pip install.",
            "RUN pip install --no-cache-dir -r requirements.txt"),
        new(
            "npm",
            "npm",
            ["~/.npm/_cacache/*", "~/.npm/_logs/*", "~/.npm/_npx/*", "~/.cache/node-gyp/*"],
            "The download cache is only read by the next npm install.",
            "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev"),
    ];
}
