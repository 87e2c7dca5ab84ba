using System.Text;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>Rules that look at packages and not at paths.</summary>
public sealed class PackageRuleTests
{
    private const string Base =
        "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36\n\n"
        + "Package: old\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n";

    private static readonly string[] Names = ["git", "libcurl4", "less", "perl-doc", "fonts", "x11", "orphan"];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Package(string name, string more = "", string architecture = "amd64", string version = "1") =>
        $"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nVersion: {version}\n{more}\n";

    // git needs libcurl4 or libcurl-other and recommends less; less recommends fonts (of all machines), which need what
    // x11 provides.
    private static string Installed(string git) =>
        Base.Replace("Package: old\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1",
            "Package: old\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2", StringComparison.Ordinal)
        + Package("git", $"Depends: libc6, libcurl-other | libcurl4 (>= 7)\nRecommends: {git}\n") + Package("libcurl4")
        + Package("less", "Recommends: fonts, absent\n")
        + Package("fonts", "Depends: display\n", "all") + Package("x11", "Provides: display (= 1)\n")
        + Package("perl-doc") + Package("orphan");

    private static string Automatic(params string[] names) =>
        string.Concat(names.Select(n => $"Package: {n}\nArchitecture: amd64\nAuto-Installed: 1\n\n"));

    private static async Task<IReadOnlyList<Finding>> AptAsync(string? states, string run, string git = "less")
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/dpkg/status", Text(Base))
                .File("var/lib/dpkg/info/old.list", Text("/usr/share/old\n"))
                .File("usr/share/old", 400_000), "ADD rootfs.tar / # buildkit")
            .WithEmptyHistory("CMD [\"bash\"]")
            .WithLayer(
                l =>
                {
                    l.File("var/lib/dpkg/status", Text(Installed(git)));
                    if (states is not null)
                        l.File("var/lib/apt/extended_states", Text(states));
                    for (var i = 0; i < Names.Length; i++)
                        l.File($"var/lib/dpkg/info/{Names[i]}{(i % 2 == 0 ? "" : ":amd64")}.list", Text(
                            $"/usr/share/{Names[i]}\n"))
                            .File($"usr/share/{Names[i]}", 100_000 + (i << 12), (char)('a' + i));
                },
                run));
        return [.. result.Findings.Where(f => f.RuleId == "recommended-packages")];
    }

    [Fact]
    public async Task Recommended_packages_are_found_with_the_packages_they_need()
    {
        var finding = Assert.Single(
            await AptAsync(Automatic("libcurl4", "less", "fonts", "x11", "orphan", "old"),
                "RUN /bin/sh -c apt-get install git perl-doc # buildkit"));
        // With dpkg's own files about them.
        Assert.Equal(
            ["/usr/share/x11", "/usr/share/fonts", "/usr/share/less", "/var/lib/dpkg/info/fonts.list",
                "/var/lib/dpkg/info/less.list", "/var/lib/dpkg/info/x11:amd64.list"],
            finding.Paths.Select(p => p.Path));
        Assert.Equal((1, Confidence.Probable), (finding.Layer, finding.Confidence));
        Assert.Equal(300_000 + (11 << 12) + "/usr/share/x11\n/usr/share/fonts\n/usr/share/less\n".Length,
            finding.DiskBytes);
        Assert.Contains("--no-install-recommends git perl-doc ", finding.Fix.Snippet, StringComparison.Ordinal);
        Assert.Contains("fonts (116 kB)", finding.Fix.Text, StringComparison.Ordinal);
        Assert.Equal(["DL3015"], finding.KnownAs);
    }

    [Theory]
    [InlineData("recommended by nothing", "")]
    [InlineData("asked for", "less", "libcurl4", "x11")]
    public async Task Requested_and_required_packages_are_not_reported(
        string why, string git, params string[] automatic)
    {
        // x11 is needed by fonts and libcurl4 by git, and both are asked for.
        Assert.NotEmpty(why);
        Assert.Empty(await AptAsync(
            Automatic(automatic.Length > 0 ? automatic : ["libcurl4", "less", "fonts", "x11"]),
            "RUN apt-get install git", git));
    }

    [Fact]
    public async Task Without_extended_states_the_instruction_names_the_requested_packages()
    {
        var finding = Assert.Single(
            await AptAsync(null, "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit"));
        Assert.Equal((Confidence.Maybe, 6), (finding.Confidence, finding.PathCount));
        Assert.Empty(await AptAsync(null, "RUN /bin/sh -c ./install.sh # buildkit"));
    }

    private const string Manifest = """{"dependencies":{"used":"1"},"devDependencies":{"tool":"1","shared":"1"}}""";

    private static async Task<IReadOnlyList<Finding>> ModulesAsync(Action<LayerBuilder> write) =>
        [.. (await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(write))).Findings.Where(f => f.RuleId == "development-dependencies")];

    private static LayerBuilder Module(LayerBuilder l, string folder, string name, int size, string needs = "") =>
        l.File($"{folder}/{name}/package.json", Text(
            $$"""{"name":"{{name}}","version":"1.0.0","dependencies":{ {{needs}} } }"""))
            .File($"{folder}/{name}/index.js", size, name[0]);

    private static void Modules(LayerBuilder l, string manifest = Manifest)
    {
        const string at = "srv/node_modules";
        l.File("srv/package.json", Text(manifest));
        Module(l, at, "used", 200_000, "\"shared\":\"1\"");
        Module(l, at, "shared", 200_001);
        Module(l, at, "tool", 200_002, "\"helper\":\"1\",\"shared\":\"1\"");
        Module(l, at, "helper", 200_003);
    }

    [Fact]
    public async Task Packages_that_the_lock_file_marks_as_dev_are_for_development()
    {
        var finding = Assert.Single(await ModulesAsync(l =>
        {
            Modules(l);
            l.File("srv/node_modules/.package-lock.json", Text(
                """{"packages":{"node_modules/tool":{"dev":true},"node_modules/helper":{"devOptional":"""
                    + """true},"node_modules/used":{}}}"""));
        }));
        Assert.Equal(["/srv/node_modules/tool/index.js", "/srv/node_modules/tool/package.json"],
            finding.Paths.Select(p => p.Path));
        Assert.Equal(("development-dependencies-npm-0", Confidence.Probable, "RUN npm ci --omit=dev"),
            (finding.Id, finding.Confidence, finding.Fix.Snippet));
    }

    [Fact]
    public async Task Packages_copied_from_the_build_context_are_only_a_maybe()
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => Modules(l), "COPY . /srv # buildkit"));
        Assert.Equal(Confidence.Maybe, Assert.Single(
            result.Findings, f => f.RuleId == "development-dependencies").Confidence);
        // Installed over: what the install found in place it would have brought.
        var installed = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => Modules(l), "COPY . /srv # buildkit")
            .WithLayer(l => l.File("srv/new", 5), "RUN /bin/sh -c npm ci # buildkit"));
        Assert.Equal(Confidence.Probable, Assert.Single(
            installed.Findings, f => f.RuleId == "development-dependencies").Confidence);
    }

    [Fact]
    public async Task Without_a_lock_file_packages_reached_only_from_devDependencies_are_for_development()
    {
        var finding = Assert.Single(await ModulesAsync(l =>
        {
            Modules(l);
            l.File("srv/node_modules/.yarn-integrity", Text("{}"));
        }));
        Assert.Equal(["helper", "tool"], finding.Paths.Select(p => p.Path.Split('/')[3]).Distinct()
            .Order(StringComparer.Ordinal));
        Assert.Contains("yarn install --production", finding.Fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_pnpm_only_modules_are_counted_that_no_other_link_keeps()
    {
        const string store = "srv/node_modules/.pnpm/";
        var finding = Assert.Single(await ModulesAsync(l =>
        {
            l.File("srv/package.json", Text("""{"dependencies":{"used":"1"},"devDependencies":{"tool":"1"}}"""));
            Module(l, store + "used@1/node_modules", "used", 200_000);
            Module(l, store + "tool@1/node_modules", "tool", 200_002);
            l.Symlink("srv/node_modules/used", ".pnpm/used@1/node_modules/used")
                .Symlink("srv/node_modules/tool", ".pnpm/tool@1/node_modules/tool")
                .File("root/.local/share/pnpm/store/v3/files/aa", 300_000)
                .HardLink(store + "tool@1/node_modules/tool/big.js", "root/.local/share/pnpm/store/v3/files/aa");
        }));
        Assert.Equal("/srv/node_modules/.pnpm/tool@1/node_modules/tool/index.js", finding.Paths[0].Path);
        Assert.Contains("pnpm install", finding.Fix.Snippet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dependencies":{"used":"1","tool":"1"},"devDependencies":{}}""")]
    [InlineData("""{"dependencies":{"used":"1"},"devDependencies":{"tool":"1"},"workspaces":["a"]}""")]
    [InlineData("""{"dependencies":{"used":"1"},"peerDependencies":{"tool":"1"},"devDependencies":{"tool":"1"}}""")]
    [InlineData("not json")]
    public async Task Without_a_lock_file_or_package_json_nothing_is_reported(string manifest) =>
        Assert.Empty(await ModulesAsync(l => Modules(l, manifest)));

    [Fact]
    public async Task Well_known_Python_tools_are_recognised_by_name_as_a_maybe()
    {
        const string site = "usr/lib/python3/site-packages/";
        var finding = Assert.Single(await ModulesAsync(l => l
            .File(site + "pytest-8.0.dist-info/METADATA", Text("Name: PyTest\nVersion: 8.0\n"))
            .File(site + "pytest-8.0.dist-info/RECORD", Text("pytest/a.py,,\n"))
            .File(site + "pytest/a.py", 200_000)
            .File(site + "flask-3.0.dist-info/METADATA", Text("Name: flask\nVersion: 3.0\n"))
            .File(site + "flask-3.0.dist-info/RECORD", Text("flask/a.py,,\n"))
            .File(site + "flask/a.py", 200_000)));
        Assert.Equal(("development-dependencies-pypi-tools-0", Confidence.Maybe, 1),
            (finding.Id, finding.Confidence, finding.PathCount));
    }

    [Theory]
    [InlineData("usr/bin/app", 1)]
    [InlineData("usr/lib/app.o", 0)]
    public async Task Symbols_in_programs_count_as_a_part_of_the_file(string path, int found)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        var folder = Directory.CreateTempSubdirectory("insight-elf-");
        try
        {
            var source = Path.Combine(folder.FullName, "a.c");
            // Enough functions for half a megabyte of symbols.
            await File.WriteAllTextAsync(
                source, string.Concat(
                    Enumerable.Range(
                        0, 9000).Select(i => $"int a_function_with_a_long_name_{i}(int a) {{ return a + {i}; }}\n"))
                    + "int main(void) { return 0; }\n",
                TestContext.Current.CancellationToken);
            await RunAsync("gcc", "-g", "-O1", "-o", Path.Combine(folder.FullName, "a"), source);
            var program = await File.ReadAllBytesAsync(
                Path.Combine(folder.FullName, "a"), TestContext.Current.CancellationToken);
            await RunAsync("strip", "-o", Path.Combine(folder.FullName, "s"), Path.Combine(folder.FullName, "a"));
            var stripped = new FileInfo(Path.Combine(folder.FullName, "s")).Length;
            var result = await Images.AnalyzeAsync(
                new ArchiveBuilder().WithLayer(l => l.File(path, program).File("stripped", 5)));
            var findings = result.Findings.Where(f => f.RuleId == "unstripped-programs").ToList();
            Assert.Equal(found, findings.Count);
            foreach (var finding in findings)
            {
                // What strip(1) takes away, but for section headers and padding.
                Assert.InRange(finding.DiskBytes, program.Length - stripped - 4096, program.Length - stripped + 4096);
                var simulated = Simulation.Without(result.Facts.Layers, [finding.Bodies, finding.Bodies]);
                Assert.Equal(result.Tree.Ledger.DiskBytes - finding.DiskBytes, simulated.DiskBytes);
                Assert.Equal(result.Facts.Layers[0].Blob.PullBytes - finding.PullBytes, simulated.PullBytes);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
