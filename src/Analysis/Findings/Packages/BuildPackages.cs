using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// System packages that only building needs: compilers, headers and build tools that somebody asked for, and what came
/// with them and nothing else needs. A library stays when a program that no package has is linked with it; an
/// interpreter when such a script is there.
/// </summary>
internal static class BuildPackages
{
    // gcc-12-base and the like are needed by what stays.
    private static readonly string[] Names =
    [
        "gcc", "g++", "gcc-c++", "cpp", "make", "gmake", "build-essential", "base-devel", "build-base", "abuild",
        "binutils", "autoconf", "automake", "autotools-dev", "libtool", "m4", "bison", "flex", "cmake", "ninja-build",
        "ninja", "samurai", "meson", "ccache", "pkg-config", "pkgconf", "pkgconf-pkg-config", "dpkg-dev", "debhelper",
        "rpm-build", "gdb", "clang", "llvm", "lld", "gfortran", "gcc-gfortran", "rustc", "rust", "cargo", "rustup",
        "golang", "go", "ghc", "maven", "gradle", "ant", "sbt", "composer", "default-jdk", "default-jdk-headless",
        "linux-libc-dev", "linux-headers", "kernel-headers", "libc-dev-bin", "python3-dev", "node-gyp", "swig", "nasm",
        "yasm", "patchutils", "intltool", "gperf", "scons", "bazel", "crystal", "nim", "zig", "fpc",
    ];

    private static readonly string[] Starts =
    [
        "gcc-", "g++-", "cpp-", "binutils-", "clang-", "llvm-", "lld-", "gfortran-", "golang-", "automake-",
        "autoconf2", "cmake-", "dotnet-sdk-", "aspnetcore-targeting-pack-", "dotnet-targeting-pack-",
        "dotnet-apphost-pack-", ".build-deps", "rust-std", "linux-headers-",
    ];

    /// <summary>Plugins of build tools, asked for by name.</summary>
    private static readonly string[] PartStarts =
        ["libmaven-", "libmaven3-", "maven-", "libsurefire-", "libplexus-", "libgradle-", "gradle-", "ant-",
            "libwagon-", "libsbt-", "libivy-", "junit", "libhamcrest-", "libdoxia-", "libmodello-", "libaether-"];

    /// <summary>composer downloads with these, and so does nothing else in an image of PHP.</summary>
    private static readonly string[] Fetchers =
        ["git", "unzip", "zip", "p7zip", "p7zip-full", "7zip", "subversion", "mercurial"];

    private static readonly string[] Ends = ["-dev", "-devel", "-headers"];

    /// <summary>Interpreters, and the endings of scripts that need them.</summary>
    private static readonly (string Package, string Ending)[] Interpreters =
        [("python3", ".py"), ("perl", ".pl"), ("perl", ".pm"), ("ruby", ".rb"), ("php", ".php"), ("nodejs", ".js"),
            ("tcl", ".tcl"), ("lua", ".lua")];

    /// <returns>Indices of <see cref="PackageSet.All"/>.</returns>
    public static IReadOnlyList<int> Find(FindingContext image, IReadOnlyList<int> database)
    {
        var claims = image.Packages.Claims;
        var asked = new AskedPackages(image, database);
        var tools = database.Where(m => IsTool(claims[m]) && asked.Has(claims[m])).ToHashSet();
        if (tools.Count == 0)
            return [];
        if (tools.Any(t => claims[t].Name == "composer"))
            tools.UnionWith(database.Where(m => Fetchers.Contains(claims[m].Name) && asked.Has(claims[m])
                && !image.Base.Has(claims[m].Since) && !image.Used.Start.Named.Contains(claims[m].Name)));
        var providers = image.Needs.Providers;
        var candidates = PackageLinks.Closure(claims, providers, tools, recommends: false, image.Work);
        var roots = database.Where(m => !tools.Contains(m)
            && (asked.Has(claims[m]) || IsRuntime(claims[m]) || IsLoaded(claims[m]))).ToHashSet();
        roots.UnionWith(Started(image));
        roots.UnionWith(Loadable(image, tools));
        // Where requests are not recorded, what the tools need and no instruction names was installed for them.
        if (!asked.IsWritten)
            roots.UnionWith(database.Where(m => !candidates.Contains(m)));
        roots.UnionWith(NeededByFiles(image, [.. candidates.Except(tools)]));
        if (roots.Count == 0)
            return [];
        candidates.ExceptWith(PackageLinks.Closure(claims, providers, roots, recommends: false, image.Work));
        return [.. candidates.Order()];
    }

    /// <summary>Packages of the programs that the start names, and of the interpreters of other scripts.</summary>
    private static IEnumerable<int> Started(FindingContext image) =>
        image.Used.Start.Files.Concat(image.Used.ScriptInterpreters)
            .Where(n => image.Tree.Nodes[n].Inode >= 0)
            .Select(n => image.Packages.OwnerOf(image.Tree.Nodes[n].Inode)).Where(o => o >= 0);

    /// <summary>
    /// The libraries behind headers that were asked for: a script opens such a library by its name, and nobody sees it.
    /// </summary>
    private static IEnumerable<int> Loadable(FindingContext image, IEnumerable<int> tools)
    {
        var claims = image.Packages.Claims;
        if (!image.Used.Start.IsInterpreted)
            return [];
        return tools.Where(t => Ends.Any(e => claims[t].Name.EndsWith(e, StringComparison.Ordinal)))
            .SelectMany(t => PackageLinks.Answer(image.Needs.Providers, claims[t], claims[t].Needs, image.Work))
            .Where(p => !IsTool(claims[p]) && claims[p].Nodes.Any(n => image.Tree.Nodes[n].Visible
                && image.Tree.NameOf(n).IndexOf(".so"u8) > 0));
    }

    private static bool IsTool(PackageClaim claim) =>
        Names.Contains(claim.Name) || Ends.Any(e => claim.Name.EndsWith(e, StringComparison.Ordinal))
        || Starts.Any(s => claim.Name.StartsWith(s, StringComparison.Ordinal))
        || claim.Name.Contains("-jdk", StringComparison.Ordinal)
        || IsPartOfTool(claim.Name)
        || (claim.Name.StartsWith("openjdk", StringComparison.Ordinal)
            && claim.Name.EndsWith("jdk", StringComparison.Ordinal));

    // libmaven-jar-plugin-java, libsurefire-java, libgradle-plugins-java
    private static bool IsPartOfTool(string name) =>
        PartStarts.Any(s => name.StartsWith(s, StringComparison.Ordinal));

    /// <summary>A JDK needs its JRE, and so do the classes that it compiled.</summary>
    private static bool IsRuntime(PackageClaim claim) =>
        claim.Name.Contains("-jre", StringComparison.Ordinal)
        || claim.Name.StartsWith("dotnet-runtime-", StringComparison.Ordinal)
        || claim.Name.StartsWith("aspnetcore-runtime-", StringComparison.Ordinal);

    /// <summary>
    /// Read by what runs, and linked with nothing: certificates, zones, extensions of PHP (php8.2-intl).
    /// </summary>
    private static bool IsLoaded(PackageClaim claim) => claim.Name is "ca-certificates" or "tzdata"
        || (claim.Name.StartsWith("php", StringComparison.Ordinal) && claim.Name.Length > 4
            && char.IsAsciiDigit(claim.Name[3]) && claim.Name.Contains('-', StringComparison.Ordinal));

    private static IEnumerable<int> NeededByFiles(FindingContext image, List<int> candidates)
    {
        var claims = image.Packages.Claims;
        var libraries = image.Needs.Libraries;
        foreach (var candidate in candidates)
        {
            image.Work.Spend(1 + claims[candidate].Nodes.Count);
            if (libraries is null
                    ? claims[candidate].Name.StartsWith("lib", StringComparison.Ordinal)
                    : claims[candidate].Nodes.Any(n => image.Tree.Nodes[n].Visible
                        && libraries.Contains(PathText.FromName(image.Tree.NameOf(n)))))
                yield return candidate;
        }

        foreach (var (package, ending) in Interpreters)
            if (image.Needs.HasForeign(ending))
                foreach (var candidate in candidates.Where(c => claims[c].Name == package))
                    yield return candidate;
    }
}
