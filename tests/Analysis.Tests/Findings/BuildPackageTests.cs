using System.Diagnostics;
using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Tests.Growth;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>Which system packages only building needs, and what a build leaves beside its product.</summary>
public sealed class BuildPackageTests
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Package(string name, string needs = "") =>
        $"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: "
            + $"1\n{(needs.Length > 0 ? $"Depends: {needs}\n" : "")}\n";

    // gcc needs a library of its own; the headers of z need z itself; the tool that was asked for needs make.
    private static readonly (string Name, string Needs, bool Automatic, string[] Files)[] Packages =
    [
        ("gcc", "libisl, libc6", false, ["/usr/lib/gcc/x86_64-linux-gnu/12/cc1"]),
        ("libisl", "libc6", true, ["/usr/lib/libisl.so.1", "/usr/lib/isl", "/usr/lib/isl/data"]),
        ("libz-dev", "libz1", false, ["/usr/include/z.h"]),
        ("libz1", "libc6", true, ["/usr/lib/libz.so.1"]),
        ("keeper", "make", false, ["/usr/bin/keeper"]),
        ("make", "", false, ["/usr/bin/make"]),
        ("openjdk-17-jdk-headless", "openjdk-17-jre-headless", false, ["/usr/lib/jvm/17/bin/javac"]),
        ("openjdk-17-jre-headless", "", true, ["/usr/lib/jvm/17/bin/java"]),
        ("libc6", "", false, ["/usr/lib/libc.so.6"]),
    ];

    private static async Task<IReadOnlyList<Finding>> FindAsync(
        Action<LayerBuilder> more, string command = "CMD [\"app\"]", bool states = true)
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(
                l =>
                {
                    l.File("var/lib/dpkg/status", Text(string.Concat(Packages.Select(p => Package(p.Name, p.Needs)))));
                    if (states)
                        l.File("var/lib/apt/extended_states", Text(
                            string.Concat(Packages.Where(p => p.Automatic)
                                .Select(p => $"Package: {p.Name}\nArchitecture: amd64\nAuto-Installed: 1\n\n"))));
                    foreach (var package in Packages)
                    {
                        l.File($"var/lib/dpkg/info/{package.Name}.list", Text(string.Join('\n', package.Files) + "\n"));
                        foreach (var file in package.Files)
                            if (file == "/usr/lib/isl")
                                l.Directory(file[1..]);
                            else
                                l.File(file[1..], 500_000, (char)('a' + Array.IndexOf(Packages, package)),
                                    mtime: file.Length);
                    }

                    l.File("usr/lib/isl/cache.bin", 1000, 'q');
                },
                "RUN /bin/sh -c apt-get install -y gcc libz-dev keeper make openjdk-17-jdk-headless libc6 # buildkit")
            .WithLayer(more, "COPY . / # buildkit")
            .WithEmptyHistory(command));
        return image.Findings;
    }

    private static async Task<string[]> GoneAsync(
        Action<LayerBuilder> more, string command = "CMD [\"app\"]", bool states = true) =>
        [.. (await FindAsync(more, command, states)).Where(f => f.Id == "build-toolchain-packages-0")
            .SelectMany(f => f.Paths).Select(p => p.Path).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Compilers_headers_and_what_only_they_need_are_found_with_leftovers_of_their_installation()
    {
        Assert.Equal(
            [
                "/usr/include/z.h", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "/usr/lib/isl/cache.bin",
                "/usr/lib/isl/data", "/usr/lib/jvm/17/bin/javac", "/usr/lib/libisl.so.1", "/usr/lib/libz.so.1",
                "/var/lib/dpkg/info/gcc.list", "/var/lib/dpkg/info/libisl.list", "/var/lib/dpkg/info/libz-dev.list",
                "/var/lib/dpkg/info/libz1.list", "/var/lib/dpkg/info/openjdk-17-jdk-headless.list",
            ],
            await GoneAsync(l => l.File("app", 10)));
        // The package was judged: its files are in no second finding, the needed make in none.
        Assert.DoesNotContain(
            await FindAsync(l => l.File("app", 10)),
            f => f.RuleId == "build-toolchain" && f.Id != "build-toolchain-packages-0");
    }

    [Fact]
    public async Task A_library_stays_that_a_program_is_linked_with()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        var gone = await GoneAsync(l => l.File("usr/local/bin/app", Linked("libz.so.1")));
        Assert.DoesNotContain("/usr/lib/libz.so.1", gone);
        Assert.Contains("/usr/lib/libisl.so.1", gone);
        Assert.Contains("/usr/include/z.h", gone);
    }

    [Fact]
    public async Task With_a_program_of_unknown_libraries_every_library_is_kept()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        // The table of sections says that it lies behind the end.
        var program = Linked("libz.so.1");
        program[40 + 4] = 0xff;
        var gone = await GoneAsync(l => l.File("usr/local/bin/app", program));
        Assert.DoesNotContain(gone, p => p.StartsWith("/usr/lib/lib", StringComparison.Ordinal));
        Assert.Contains("/usr/include/z.h", gone);
    }

    [Fact]
    public async Task Without_extended_states_packages_named_in_the_instruction_count_as_requested()
    {
        var gone = await GoneAsync(l => l.File("app", 10), states: false);
        Assert.Contains("/usr/lib/libisl.so.1", gone);
        Assert.DoesNotContain("/usr/bin/make", gone);
    }

    [Theory]
    [InlineData("CMD [\"go\", \"run\", \".\"]", Confidence.Maybe)]
    [InlineData("ENTRYPOINT [\"server\"]", Confidence.Probable)]
    public async Task An_image_that_builds_when_it_starts_may_need_its_tools(string command, Confidence confidence) =>
        Assert.Equal(confidence, Assert.Single(
            await FindAsync(l => l.File("app", 10), command), f => f.Id == "build-toolchain-packages-0").Confidence);

    [Fact]
    public void The_libraries_a_program_is_linked_with_are_read_and_stored()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        var program = Linked("libz.so.1");
        var facts = ElfFacts.Read(new ElfWindow(program, program.Length, Budgets.Default))!;
        Assert.Equal(["libz.so.1", "libc.so.6"], facts.Libraries!);
        Assert.Equal(facts.Libraries!, ElfFacts.Parse(facts.Write())!.Libraries!);
    }

    [Theory]
    [InlineData(100, 50, 0, 200, 25)]
    [InlineData(100, 50, 40, 200, 43)]
    [InlineData(30, 50, 40, 200, 30)]
    [InlineData(0, 0, 0, 0, 0)]
    public void Sections_that_are_compressed_already_are_pulled_at_their_size(
        long pull, long bytes, long packed, long size, long expected) =>
        Assert.Equal(expected, Simulation.PullOfPart(pull, bytes, packed, size));

    [Fact]
    public void Compressed_and_plain_debug_information_are_told_apart()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        var (plain, packed) = (Debugged("none"), Debugged("zlib"));
        Assert.Equal(0, plain.PackedBytes);
        Assert.InRange(packed.PackedBytes, 1000, packed.DebugBytes);
        Assert.True(packed.DebugBytes < plain.DebugBytes);
    }

    private static ElfFacts Debugged(string compression)
    {
        var folder = Directory.CreateTempSubdirectory("insight-elf-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "a.c"),
                string.Concat(Enumerable.Range(0, 2000).Select(i => $"int f{i}(int a) {{ return a + {i}; }}\n"))
                    + "int main(void) { return 0; }\n");
            Run(folder.FullName, "-g", $"-gz={compression}", "-o", "a", "a.c");
            var program = File.ReadAllBytes(Path.Combine(folder.FullName, "a"));
            return ElfFacts.Read(new ElfWindow(program, program.Length, Budgets.Default))!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static LayerBuilder Tree(LayerBuilder l, string at) =>
        l.File($"{at}/Makefile", 100).File($"{at}/src/a.c", 100_000, 'c').File($"{at}/src/a.o", 100_001, 'o')
            .File($"{at}/README", 100_002, 'r').File($"{at}/page.html", 100_003, 'h')
            .File("usr/local/lib/x.h", 100_004, 'l').File("app/node_modules/x/x.cc", 100_005, 'n');

    private static async Task<string[]> LeftAsync(Action<LayerBuilder> write, params string[] history)
    {
        var image = new ArchiveBuilder().WithLayer(write, "COPY . /src # buildkit");
        foreach (var line in history)
            image.WithEmptyHistory(line);
        var found = (await Images.AnalyzeAsync(image)).Findings.Where(f => f.RuleId == "build-leftovers").ToList();
        Assert.All(found, f => Assert.Equal(Confidence.Probable, f.Confidence));
        return [.. found.SelectMany(f => f.Paths).Select(p => p.Path).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Sources_and_object_files_of_a_build_are_found_in_any_folder()
    {
        Assert.Equal(["/srv/src/a.c", "/srv/src/a.o"], await LeftAsync(
            l => Tree(l, "srv"), "WORKDIR /srv", "CMD [\"./server\"]"));
        // A server may read its pages from there, and a command that is not known may do anything.
        Assert.Equal(["/usr/src/x/src/a.c", "/usr/src/x/src/a.o"], await LeftAsync(
            l => Tree(l, "usr/src/x"), "WORKDIR /usr/src/x", "CMD [\"server\"]"));
        Assert.Equal(["/usr/src/x/src/a.c", "/usr/src/x/src/a.o"], await LeftAsync(
            l => Tree(l, "usr/src/x"), "CMD [\"/usr/src/x/server\"]"));
        Assert.Equal(["/usr/src/x/src/a.c", "/usr/src/x/src/a.o"], await LeftAsync(l => Tree(l, "usr/src/x")));
    }

    [Fact]
    public async Task A_whole_source_tree_is_found_in_folders_used_only_for_builds() =>
        Assert.Equal(
            ["/usr/src/x/Makefile", "/usr/src/x/README", "/usr/src/x/page.html", "/usr/src/x/src/a.c",
                "/usr/src/x/src/a.o"],
            await LeftAsync(l => Tree(l, "usr/src/x"), "WORKDIR /usr/src", "ENTRYPOINT [\"server\"]"));

    [Theory]
    [InlineData("usr/local/bin/server", "\0/usr/src/x/page.html\0", false)]
    [InlineData("usr/local/bin/server", "\0/usr/src/x/pagesAnother string of Go", false)]
    [InlineData("usr/local/bin/server", "\0root=/usr/src/x\0", false)]
    [InlineData("usr/local/bin/server", "\0/usr/src/x/src/a.c\0", true)] // What a failed assertion says.
    [InlineData("usr/local/bin/server", "\0/usr/src/y/page.html\0", true)]
    [InlineData("usr/local/bin/server", "\0/mnt/usr/src/x/page.html\0", true)]
    [InlineData("usr/src/x/server", "\0/usr/src/x/page.html\0", true)] // It goes with its tree.
    public async Task A_source_tree_that_an_installed_program_names_stays(string path, string text, bool whole)
    {
        var program = CraftedFiles.Program(1, 1, Text(text), [], flags: 2);
        Assert.Equal(whole, (await LeftAsync(
            l => Tree(l, "usr/src/x").File(path, program), "WORKDIR /", "CMD [\"server\"]"))
            .Contains("/usr/src/x/page.html"));
    }

    [Fact]
    public async Task The_copy_of_an_installed_program_is_found_with_its_source_tree()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed; scripts/test.sh installs it.");
        var program = Linked("libz.so.1");
        Assert.Contains("/srv/src/server", await LeftAsync(l =>
        {
            Tree(l, "srv"); l.File(
            "srv/src/server", program).File("usr/local/bin/server", program);
        }, "WORKDIR /srv", "CMD [\"server\"]"));
        Assert.DoesNotContain("/srv/src/server", await LeftAsync(l =>
        {
            Tree(l, "srv"); l.File(
            "srv/src/server", program);
        }, "WORKDIR /srv", "CMD [\"./server\"]"));
    }

    [Fact]
    public async Task Unpacked_sources_that_nothing_was_built_from_are_not_reported()
    {
        static ArchiveBuilder Unpacked(string run) =>
            new ArchiveBuilder().WithLayer(l => Tree(l, "opt/x").File("opt/go/usr/share/go/src/a.go", 200_000), run);
        Assert.DoesNotContain(
            (await Images.AnalyzeAsync(Unpacked("RUN /bin/sh -c curl x | tar -xz -C /opt # buildkit"))).Findings,
            f => f.RuleId == "build-leftovers");
        var built = await Images.AnalyzeAsync(
            Unpacked("RUN /bin/sh -c curl x | tar -xz -C /opt # buildkit")
                .WithLayer(l => l.File("bin/x", 5), "RUN /bin/sh -c cd /opt/x && make install # buildkit"));
        Assert.Equal(["/opt/x/src/a.c", "/opt/x/src/a.o"], Assert.Single(
            built.Findings, f => f.RuleId == "build-leftovers").Paths.Select(p => p.Path)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_project_without_compiled_sources_has_no_leftovers() =>
        Assert.Empty(await LeftAsync(
            l => l.File("usr/src/app/Makefile", 100).File("usr/src/app/app.py", 200_000), "WORKDIR /usr/src/app",
            "CMD [\"python\", \"app.py\"]"));

    /// <summary>A program that is linked with a library of this name.</summary>
    private static byte[] Linked(string soname)
    {
        var folder = Directory.CreateTempSubdirectory("insight-elf-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "z.c"), "int z(void) { return 1; }\n");
            File.WriteAllText(Path.Combine(folder.FullName, "a.c"), "int z(void); int main(void) { return z(); }\n");
            Run(folder.FullName, "-shared", "-fPIC", $"-Wl,-soname,{soname}", "-o", "libz.so", "z.c");
            Run(folder.FullName, "-o", "a", "a.c", "-L.", "-lz");
            return File.ReadAllBytes(Path.Combine(folder.FullName, "a"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("gcc", arguments) { WorkingDirectory = folder })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
