using ImageInsight.Analysis.Findings.Caches;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// How each package manager's cache is kept out of a layer: by a command at the end, by an option, or by a mount.
/// </summary>
internal static class CacheTables
{
    /// <summary>By the cache's id in findings: where it is, and the words of <c>rm -rf</c> that empty it.</summary>
    public static readonly Dictionary<string, (string Folder, string Words)[]> Removed = new(StringComparer.Ordinal)
    {
        [CacheIds.Apt] =
        [
            ("/var/lib/apt/lists", "/var/lib/apt/lists/*"),
            ("/var/cache/apt/archives", "/var/cache/apt/archives/*.deb"), ("/var/cache/apt", "/var/cache/apt/*.bin")
        ],
        [CacheIds.Apk] = [("/var/cache/apk", "/var/cache/apk/*"), ("/etc/apk/cache", "/etc/apk/cache/*")],
        [CacheIds.Dnf] =
        [
            ("/var/cache/dnf", "/var/cache/dnf"), ("/var/cache/libdnf5", "/var/cache/libdnf5"),
            ("/var/cache/yum", "/var/cache/yum"), ("/var/lib/dnf", "/var/lib/dnf/history*")
        ],
        [CacheIds.Zypper] = [("/var/cache/zypp", "/var/cache/zypp/*")],
        [CacheIds.Pacman] =
        [
            ("/var/cache/pacman/pkg", "/var/cache/pacman/pkg/*"), ("/var/lib/pacman/sync", "/var/lib/pacman/sync/*")
        ],
        [CacheIds.Tdnf] = [("/var/cache/tdnf", "/var/cache/tdnf")],
        [CacheIds.Xbps] = [("/var/cache/xbps", "/var/cache/xbps")],
        [CacheIds.Opkg] = [("/var/opkg-lists", "/var/opkg-lists/*"), ("/var/lib/opkg/lists", "/var/lib/opkg/lists/*")],
        [CacheIds.Npm] = [("/root/.npm", "/root/.npm"), ("/root/.cache/node-gyp", "/root/.cache/node-gyp")],
        [CacheIds.Yarn] =
        [
            ("/usr/local/share/.cache/yarn", "/usr/local/share/.cache/yarn"), ("/root/.cache/yarn", "/root/.cache/yarn")
        ],
        [CacheIds.Gem] =
        [
            ("/usr/local/bundle/cache", "/usr/local/bundle/cache/*"), ("/var/lib/gems", "/var/lib/gems/*/cache/*"),
            ("/usr/local/lib/ruby/gems", "/usr/local/lib/ruby/gems/*/cache/*"),
            ("/root/.bundle/cache", "/root/.bundle/cache"), ("/root/.gem/specs", "/root/.gem/specs")
        ],
        [CacheIds.Cpan] = [("/root/.cpan", "/root/.cpan"), ("/root/.cpanm", "/root/.cpanm")],
        [CacheIds.Conda] = [],
    };

    /// <summary>
    /// Run before the rm: the manager's own way, where it has one, when the commands of that name are in the RUN.
    /// </summary>
    public static readonly Dictionary<string, (string Program, string Command)[]> Cleaned = new(StringComparer.Ordinal)
    {
        [CacheIds.Apt] = [("apt-get", "apt-get clean"), ("apt", "apt-get clean")],
        [CacheIds.Dnf] = [("dnf", "dnf clean all"), ("microdnf", "microdnf clean all"), ("yum", "yum clean all")],
        [CacheIds.Zypper] = [("zypper", "zypper clean --all")],
        [CacheIds.Tdnf] = [("tdnf", "tdnf clean all")],
        [CacheIds.Npm] = [("npm", "npm cache clean --force")],
        [CacheIds.Yarn] = [("yarn", "yarn cache clean")],
        [CacheIds.Conda] =
        [
            ("conda", "conda clean -afy"), ("mamba", "mamba clean -afy"), ("micromamba", "micromamba clean -afy")
        ],
    };

    /// <summary>An option of the installing command keeps the cache from being written.</summary>
    public static readonly Dictionary<string, (string[] Programs, string[] Verbs, string Option)> Options = new(
        StringComparer.Ordinal)
    {
        [CacheIds.Apk] = (["apk"], ["add"], "--no-cache"),
        [CacheIds.Pip] = (["pip", "pip3", "pip2"], ["install", "download", "wheel"], "--no-cache-dir"),
        [CacheIds.Composer] = (["composer"], ["install", "require", "update"], "--no-cache"),
    };

    /// <summary>
    /// Where builds note things for themselves in the folder of their product: Maven, Gradle, cargo. Not cargo's
    /// release/build, which may hold a library that the program loads.
    /// </summary>
    public static readonly string[] BesideProduct =
    [
        "/target/surefire-reports", "/target/failsafe-reports", "/target/test-classes", "/target/maven-status",
        "/target/maven-archiver", "/build/test-results", "/build/reports/tests", "/build/tmp/compileJava",
        "/build/tmp/compileKotlin", "/build/kotlin/compileKotlin", "/release/deps", "/release/incremental",
        "/release/.fingerprint", "/debug/deps", "/debug/incremental", "/debug/.fingerprint",
    ];

    /// <summary>Programs, and the ends of the directories to mount while they run.</summary>
    public static readonly Dictionary<string, (string[] Programs, string[] Folders)> Mounted = new(
        StringComparer.Ordinal)
    {
        [CacheIds.Go] = (["go"], ["/go/pkg/mod", "/.cache/go-build"]),
        [CacheIds.Cargo] = (["cargo"], ["/cargo/registry", "/cargo/git", "/.cargo/registry", "/.cargo/git"]),
        [CacheIds.Maven] = (["mvn", "mvnw"], ["/.m2/repository", "/.m2/wrapper"]),
        [CacheIds.Gradle] = (["gradle", "gradlew"], ["/.gradle"]),
        [CacheIds.Ivy] = (["sbt", "mill"], ["/.ivy2/cache", "/.sbt/boot"]),
        [CacheIds.Coursier] = (["sbt", "cs", "mill"], ["/.cache/coursier"]),
        [CacheIds.NuGet] = (["dotnet", "nuget"], ["/.nuget/packages", "/.local/share/NuGet"]),
        [CacheIds.Uv] = (["uv"], ["/.cache/uv"]),
        [CacheIds.Poetry] = (["poetry"], ["/.cache/pypoetry"]),
        [CacheIds.Pdm] = (["pdm", "pipenv"], ["/.cache/pdm", "/.cache/pipenv"]),
        [CacheIds.Pnpm] = (["pnpm"], ["/.local/share/pnpm/store", "/.pnpm-store", "/.cache/pnpm"]),
        [CacheIds.Bun] = (["bun"], ["/.bun/install/cache"]),
        [CacheIds.Compiler] = (["make", "cmake", "ninja", "gcc", "cc", "cargo"], [
            "/.cache/ccache", "/.ccache", "/.cache/sccache"
        ]),
    };
}
