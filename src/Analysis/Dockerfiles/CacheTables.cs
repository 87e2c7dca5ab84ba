namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>How each package manager's cache is kept out of a layer: by a command at the end, by an option, or by a mount.</summary>
internal static class CacheTables
{
    /// <summary>By the cache's id in findings: where it is, and the words of <c>rm -rf</c> that empty it.</summary>
    public static readonly Dictionary<string, (string Folder, string Words)[]> Removed = new(StringComparer.Ordinal)
    {
        ["apt"] = [("/var/lib/apt/lists", "/var/lib/apt/lists/*"), ("/var/cache/apt/archives", "/var/cache/apt/archives/*.deb"), ("/var/cache/apt", "/var/cache/apt/*.bin")],
        ["apk"] = [("/var/cache/apk", "/var/cache/apk/*"), ("/etc/apk/cache", "/etc/apk/cache/*")],
        ["dnf"] = [("/var/cache/dnf", "/var/cache/dnf"), ("/var/cache/libdnf5", "/var/cache/libdnf5"), ("/var/cache/yum", "/var/cache/yum"), ("/var/lib/dnf", "/var/lib/dnf/history*")],
        ["zypper"] = [("/var/cache/zypp", "/var/cache/zypp/*")],
        ["pacman"] = [("/var/cache/pacman/pkg", "/var/cache/pacman/pkg/*"), ("/var/lib/pacman/sync", "/var/lib/pacman/sync/*")],
        ["tdnf"] = [("/var/cache/tdnf", "/var/cache/tdnf")],
        ["xbps"] = [("/var/cache/xbps", "/var/cache/xbps")],
        ["opkg"] = [("/var/opkg-lists", "/var/opkg-lists/*"), ("/var/lib/opkg/lists", "/var/lib/opkg/lists/*")],
        ["npm"] = [("/root/.npm", "/root/.npm"), ("/root/.cache/node-gyp", "/root/.cache/node-gyp")],
        ["yarn"] = [("/usr/local/share/.cache/yarn", "/usr/local/share/.cache/yarn"), ("/root/.cache/yarn", "/root/.cache/yarn")],
        ["gem"] = [("/usr/local/bundle/cache", "/usr/local/bundle/cache/*"), ("/var/lib/gems", "/var/lib/gems/*/cache/*"), ("/usr/local/lib/ruby/gems", "/usr/local/lib/ruby/gems/*/cache/*"), ("/root/.bundle/cache", "/root/.bundle/cache"), ("/root/.gem/specs", "/root/.gem/specs")],
        ["cpan"] = [("/root/.cpan", "/root/.cpan"), ("/root/.cpanm", "/root/.cpanm")],
        ["conda"] = [],
    };

    /// <summary>Run before the rm: the manager's own way, where it has one, when the commands of that name are in the RUN.</summary>
    public static readonly Dictionary<string, (string Program, string Command)[]> Cleaned = new(StringComparer.Ordinal)
    {
        ["apt"] = [("apt-get", "apt-get clean"), ("apt", "apt-get clean")],
        ["dnf"] = [("dnf", "dnf clean all"), ("microdnf", "microdnf clean all"), ("yum", "yum clean all")],
        ["zypper"] = [("zypper", "zypper clean --all")],
        ["tdnf"] = [("tdnf", "tdnf clean all")],
        ["npm"] = [("npm", "npm cache clean --force")],
        ["yarn"] = [("yarn", "yarn cache clean")],
        ["conda"] = [("conda", "conda clean -afy"), ("mamba", "mamba clean -afy"), ("micromamba", "micromamba clean -afy")],
    };

    /// <summary>An option of the installing command keeps the cache from being written.</summary>
    public static readonly Dictionary<string, (string[] Programs, string[] Verbs, string Option)> Options = new(StringComparer.Ordinal)
    {
        ["apk"] = (["apk"], ["add"], "--no-cache"),
        ["pip"] = (["pip", "pip3", "pip2"], ["install", "download", "wheel"], "--no-cache-dir"),
        ["composer"] = (["composer"], ["install", "require", "update"], "--no-cache"),
    };

    /// <summary>
    /// Where builds note things for themselves in the folder of their product: Maven, Gradle, cargo. Not cargo's release/build, which may hold a library that the program loads.
    /// </summary>
    public static readonly string[] BesideProduct =
    [
        "/target/surefire-reports", "/target/failsafe-reports", "/target/test-classes", "/target/maven-status", "/target/maven-archiver", "/build/test-results",
        "/build/reports/tests", "/build/tmp/compileJava", "/build/tmp/compileKotlin", "/build/kotlin/compileKotlin", "/release/deps", "/release/incremental",
        "/release/.fingerprint", "/debug/deps", "/debug/incremental", "/debug/.fingerprint",
    ];

    /// <summary>Programs, and the ends of the directories to mount while they run.</summary>
    public static readonly Dictionary<string, (string[] Programs, string[] Folders)> Mounted = new(StringComparer.Ordinal)
    {
        ["go"] = (["go"], ["/go/pkg/mod", "/.cache/go-build"]),
        ["cargo"] = (["cargo"], ["/cargo/registry", "/cargo/git", "/.cargo/registry", "/.cargo/git"]),
        ["maven"] = (["mvn", "mvnw"], ["/.m2/repository", "/.m2/wrapper"]),
        ["gradle"] = (["gradle", "gradlew"], ["/.gradle"]),
        ["ivy"] = (["sbt", "mill"], ["/.ivy2/cache", "/.sbt/boot"]),
        ["coursier"] = (["sbt", "cs", "mill"], ["/.cache/coursier"]),
        ["nuget"] = (["dotnet", "nuget"], ["/.nuget/packages", "/.local/share/NuGet"]),
        ["uv"] = (["uv"], ["/.cache/uv"]),
        ["poetry"] = (["poetry"], ["/.cache/pypoetry"]),
        ["pdm"] = (["pdm", "pipenv"], ["/.cache/pdm", "/.cache/pipenv"]),
        ["pnpm"] = (["pnpm"], ["/.local/share/pnpm/store", "/.pnpm-store", "/.cache/pnpm"]),
        ["bun"] = (["bun"], ["/.bun/install/cache"]),
        ["compiler"] = (["make", "cmake", "ninja", "gcc", "cc", "cargo"], ["/.cache/ccache", "/.ccache", "/.cache/sccache"]),
    };
}
