namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Compilers, SDKs, headers and static libraries: what a build needs and a running program does not.</summary>
internal sealed class ToolchainRule : IFindingRule
{
    public const string RuleId = "build-toolchain";

    private const long Smallest = 500_000;

    private const string Stage = "Build in a separate stage and copy the result onto a base image without it.";

    private const string Stages =
        "FROM <this base> AS build\nRUN <build>\n\nFROM <a smaller base>\nCOPY --from=build <the program> "
            + "/usr/local/bin/";

    private static readonly PathGroup[] Groups =
    [
        Group(
            "gcc",
            "The C and C++ compilers",
            "/usr/lib/gcc/*/*/cc1*", "/usr/libexec/gcc/*/*/cc1*", "/usr/lib/gcc/*/*/lto*", "/usr/libexec/gcc/*/*/lto*",
            "/usr/lib/gcc/*/*/collect2", "/usr/libexec/gcc/*/*/collect2", "/usr/lib/gcc/*/*/f951",
            "/usr/lib/llvm-*/bin/*", "/usr/bin/*-linux-gnu-ld*", "/usr/bin/*-linux-gnu-as", "/usr/bin/*-linux-gnu-gcc*",
            "/usr/bin/*-linux-gnu-g++*", "/usr/bin/*-linux-gnu-cpp*", "/usr/bin/*-linux-gnu-gold",
            "/usr/bin/*-linux-gnu-dwp"),
        Group("headers", "C headers", "/usr/include/*", "/usr/local/include/*", "/usr/lib/gcc/*/*/include/*",
            "/usr/lib/gcc/*/*/plugin/include/*"),
        Group(
            "static",
            "Static libraries and objects",
            "/usr/lib/*.a", "/usr/lib/*/*.a", "/usr/lib64/*.a", "/usr/local/lib/*.a", "/usr/lib/gcc/*/*/*.a",
            "/usr/local/lib/python*/config-*/libpython*.a", "/usr/lib/python*/config-*/libpython*.a"),
        Group("go", "The Go toolchain", "/usr/local/go/*", "/usr/lib/go/*", "/usr/lib/go-*/*", "/usr/share/go-*/*"),
        // Beside them in bin stands what "cargo install" put there: that may be the product.
        Group(
            "rust",
            "The Rust toolchain",
            [
                "/usr/local/rustup/*", "~/.rustup/*", "$RUSTUP_HOME/*",
                .. from bin in new[] { "~/.cargo/bin/", "/usr/local/cargo/bin/" }
                   from tool in new[]
                   {
                       "cargo", "cargo-clippy", "cargo-fmt", "cargo-miri", "clippy-driver", "rls", "rust-analyzer",
                       "rust-gdb", "rust-gdbgui", "rust-lldb", "rustc", "rustdoc", "rustfmt", "rustup",
                   }
                   select bin + tool,
            ]),
        Group("dotnet", "The .NET SDK", "/usr/share/dotnet/sdk/*", "/usr/lib/dotnet/sdk/*", "/usr/lib64/dotnet/sdk/*",
            "/usr/share/dotnet/packs/*", "/usr/share/dotnet/templates/*"),
        Group(
            "jdk",
            "Parts of the JDK that running a program does not need",
            "/usr/lib/jvm/*/jmods/*", "/usr/lib/jvm/*/lib/src.zip", "/usr/lib/jvm/*/lib/ct.sym",
            "/opt/java/openjdk/jmods/*", "/opt/java/openjdk/lib/src.zip", "/opt/java/openjdk/lib/ct.sym",
            "/usr/java/*/jmods/*", "/opt/jdk*/jmods/*"),
        Group("build-tools", "Build tools", "/usr/share/maven/*", "/opt/maven/*", "/opt/gradle/*", "/opt/sbt/*",
            "/usr/share/cmake-*/*", "/usr/share/autoconf/*", "/usr/share/automake-*/*"),
    ];

    public string Id => RuleId;

    /// <summary>What a container runs that builds when it starts.</summary>
    private static readonly string[] Builders =
    [
        "\"go\"", "go run", "\"cargo\"", "cargo run", "\"mvn\"", "mvnw", "gradle", "\"make\"", "dotnet\", \"run",
        "dotnet\",\"run", "dotnet run", "dotnet watch"
    ];

    /// <summary>The same of what is started by a script, a makefile or a manifest.</summary>
    private static readonly string[] BuildCommands =
    [
        "make", "gmake", "gcc", "g++", "cc", "c++", "clang", "clang++", "tcc", "gfortran", "ld", "cargo", "rustc",
        "mvn", "mvnw", "gradle", "gradlew",
        "javac", "jshell", "cmake", "ninja", "meson", "ghc", "runghc", "stack", "cabal",
        "node-gyp", "ant", "sbt", "scons", "air", "go run", "go build", "go test", "go install", "go generate",
        "dotnet run", "dotnet watch", "dotnet build", "dotnet test", "dotnet publish", "dotnet fsi", "dotnet script",
        "pip install", "pip3 install", "npm install", "npm ci", "npm rebuild", "gem install", "bundle install",
        "yarn install", "pnpm install", "cpanm", "cpan", "./configure", "cython", "numba",
    ];

    /// <summary>The container compiles when it starts, or may.</summary>
    public static bool Builds(FindingContext image) =>
        Builders.Any(b => image.Start.Contains(b, StringComparison.Ordinal))
        || BuildCommands.Any(image.Used.Start.Runs) || image.Used.Start.IsUnread;

    /// <summary>Of what lies outside packages, too.</summary>
    public static IEnumerable<int> Places(FindingContext image) =>
        Groups.SelectMany(g => g.Paths.SelectMany(image.Match));

    // A base with a compiler is a choice of this Dockerfile: a second stage with another base mends it.
    public IEnumerable<Finding> Find(FindingContext image)
    {
        var builds = Builds(image);
        var judged = new HashSet<int>();
        foreach (var database in SystemPackages.Databases(image.Packages))
        {
            judged.Add(image.Packages.Claims[database[0]].Scope);
            foreach (var group in PackageGroup.ByLayer(image, BuildPackages.Find(image, database)))
                if (group.Evidence(image) is { DiskBytes: >= Smallest } evidence)
                    yield return Staged(image, AsMaybeIfBuilding(Packages(image, group, evidence), builds));
        }

        var search = new PathSearch(
            Id, Smallest)
        { InBase = Confidence.Probable, Keeps = n => IsJudged(image, n, judged) };
        foreach (var finding in Groups.SelectMany(g => g.Find(image, search)))
            yield return Staged(image, AsMaybeIfBuilding(finding, builds));
    }

    private Finding Packages(FindingContext image, PackageGroup group, EvidenceList evidence) =>
        image.Finding(new(
            Id,
            $"{group.Count} needed only to build",
            Confidence.Probable,
            group.Layer,
            evidence,
            new Fix(
                $"Compilers, headers and build tools, with the packages that they required: {group.Biggest(image)}. " +
                "No other package needs them, and no program that was added. "
                + Stage,
                Stages))
        {
            Key = "packages",
        });

    private static Finding Staged(FindingContext image, Finding finding) =>
        finding.Confidence >= Confidence.Probable ? finding with { Remedy = image.Stage } : finding;

    private static Finding AsMaybeIfBuilding(Finding finding, bool builds) =>
        builds && finding.Severity == Severity.High
            ? finding with { Confidence = Confidence.Maybe, Severity = Severity.Medium }
        : builds ? finding with { Confidence = Confidence.Maybe }
        : finding;

    /// <summary>Its package was looked at: it was found needed, or is in a finding of its own.</summary>
    private static bool IsJudged(FindingContext image, int node, HashSet<int> scopes) =>
        image.Tree.Nodes[node].Inode is var inode and >= 0 && image.Packages.OwnerOf(inode) is var owner and >= 0
        && image.Packages.Claims[owner] is { Carrier: < 0 } claim && scopes.Contains(claim.Scope);

    private static PathGroup Group(string id, string name, params string[] paths) =>
        new(id, name, Confidence.Probable, paths, "A build needs it, the finished program does not. " + Stage, Stages);
}
