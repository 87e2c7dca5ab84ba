using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Packages.Apk;
using ImageInsight.Analysis.Packages.Cargo;
using ImageInsight.Analysis.Packages.Composer;
using ImageInsight.Analysis.Packages.Conda;
using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Gems;
using ImageInsight.Analysis.Packages.Go;
using ImageInsight.Analysis.Packages.Jars;
using ImageInsight.Analysis.Packages.Npm;
using ImageInsight.Analysis.Packages.NuGet;
using ImageInsight.Analysis.Packages.Opkg;
using ImageInsight.Analysis.Packages.Pacman;
using ImageInsight.Analysis.Packages.Python;
using ImageInsight.Analysis.Packages.Rpm;
using ImageInsight.Analysis.Tests.Packages;
using static ImageInsight.Analysis.Tests.Growth.CraftedFiles;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>The worst that an image can have for each catalogue, twice as much of it again and again.</summary>
public sealed class CatalogueGrowthTests
{
    private static readonly (Type Catalogue, string What, Func<int, Action<LayerBuilder>> Layer)[] Cases =
    [
        (typeof(DpkgCatalogue), "a key repeated", n => l => l.File("var/lib/dpkg/status", RepeatedKey(4000 * n))),
        (typeof(DpkgCatalogue), "lines that go on", n => l => l.File(
            "var/lib/dpkg/status", Text("Package: x\nStatus: x installed\nDepends: a\n"
                + string.Concat(Enumerable.Repeat(" a,\n", 4000 * n))))),
        (typeof(DpkgCatalogue), "one list for all packages", n => l => l
            .File("var/lib/dpkg/status", Lines(200 * n, _ => "Package: x\nStatus: x installed\n"))
            .File("var/lib/dpkg/info/x.list", Lines(200 * n, _ => "/usr/a")).File("usr/a", 1)),
        (typeof(DpkgCatalogue), "a file a package", n => l =>
        {
            for (var i = 0; i < 50 * n; i++)
                l.File($"var/lib/dpkg/status.d/{i}", Text($"Package: {i}\n"))
                    .File($"var/lib/dpkg/status.d/{i}.md5sums", Lines(20, f => $"0  usr/{f}"));
        }),
        (typeof(ApkCatalogue), "a long folder", n => l => l.File("lib/apk/db/installed", ApkFolder(2000 * n, 500 * n))),
        (typeof(ApkCatalogue), "packages", n => l => l.File(
            "lib/apk/db/installed", Lines(500 * n, i => $"P:x{i}\nV:1\nD:a b c\nF:usr/{i}\nR:a\nR:b\n"))),
        (typeof(RpmCatalogue), "a long folder", n => l => l.File(
            "var/lib/rpm/Packages.db", RpmFolder(2000 * n, 500 * n))),
        (typeof(RpmCatalogue), "small headers", n => l => l.File("var/lib/rpm/Packages.db", Ndb(
            [.. Enumerable.Range(0, 200 * n).Select(i => RpmHeader((1000, 6, 1, Text($"x{i}\0"))))]))),
        (typeof(RpmCatalogue), "a list", n => l => l.File(
            "var/lib/rpmmanifest/container-manifest-2", Lines(300 * n, i => $"x{i}\t1\t1\t1\tV\tn\t1\tx\t0\tx"))),
        (typeof(PacmanCatalogue), "a long list", n => l => l
            .File("var/lib/pacman/local/x-1/desc", Text("%NAME%\nx\n\n%VERSION%\n1\n"))
            .File("var/lib/pacman/local/x-1/files", Text("%FILES%\n" + string.Concat(
                Enumerable.Range(0, 2000 * n).Select(i => $"usr/{i}/a\n"))))),
        (typeof(OpkgCatalogue), "one list for all packages", n => l => l
            .File("usr/lib/opkg/status", Lines(200 * n, _ => "Package: x\nStatus: x installed\n"))
            .File("usr/lib/opkg/info/x.list", Lines(200 * n, _ => "/usr/a\t0")).File("usr/a", 1)),
        (typeof(CondaCatalogue), "files", n => l => l.File("c/conda-meta/x.json", Text(
            $$"""{"name":"x","version":"1","files":[{{string.Join(
                ',', Enumerable.Range(0, 1000 * n).Select(i => $"\"lib/{i}/a\""))}}]}"""))),
        (typeof(NpmCatalogue), "applications below one", Applications),
        (typeof(NpmCatalogue), "names that lead nowhere", n => l => l.File("a/node_modules/x/package.json", Text(
            $$"""{"version":"1","dependencies":{{Json(1000 * n, i => $"\"{i}\":1")}} }"""))),
        (typeof(NpmCatalogue), "a lock", n => l => l.File("a/node_modules/x/package.json", Text("""{"version":"1"}"""))
            .File("a/node_modules/.package-lock.json", Text(
                $$"""{"packages":{{Json(1000 * n, i => $"\"node_modules/{i}\":{{\"dev\":true}}")}} }"""))),
        (typeof(PythonCatalogue), "a key repeated", n => l => l.File("s/x.dist-info/METADATA", Text(
            "Name: x\nVersion: 1\n" + string.Concat(Enumerable.Repeat("Requires-Dist: a\n", 3000 * n))))),
        (typeof(PythonCatalogue), "a record", n => l => l
            .File("s/x.dist-info/METADATA", Text("Name: x\nVersion: 1\n"))
            .File("s/x.dist-info/RECORD", Lines(2000 * n, i => $"a/{i}.py,,"))),
        (typeof(PythonCatalogue), "a folder named again and again", n => l =>
        {
            l.File("s/x.egg-info/PKG-INFO", Text("Name: x\nVersion: 1\n"))
                .File("s/x.egg-info/top_level.txt", Lines(100 * n, _ => "a"));
            for (var i = 0; i < 100 * n; i++)
                l.File($"s/a/{i}", 1);
        }),
        (typeof(GemCatalogue), "lines", n => l => l.File("g/specifications/x-1.gemspec", Text(
            "# stub: x 1 ruby lib\n" + string.Concat(
                Enumerable.Range(0, 1000 * n).Select(i => $"  s.add_dependency(%q<x{i}>.freeze, [])\n"))))),
        (typeof(GemCatalogue), "files", n => l => l.File("g/3/specifications/default/x-1.gemspec", Text(
            "# stub: x 1 ruby lib\n  s.files = [" + string.Concat(
                Enumerable.Range(0, 1000 * n).Select(i => $"\"lib/{i}\".freeze, ")) + "]\n")).File("3/x", 1)),
        (typeof(ComposerCatalogue), "packages", n => l => l.File("v/composer/installed.json", Text(
            $$"""{"packages":[{{string.Join(
                ',', Enumerable.Range(0, 200 * n).Select(i => $$"""{"name":"a/x{{i}}","version":"1"}"""))}}]}"""))),
        (typeof(ComposerCatalogue), "a folder named again and again", n => l =>
        {
            l.File("v/composer/installed.json", Text($$"""{"packages":[{{string.Join(',', Enumerable.Repeat(
                """{"name":"a/x","version":"1"}""", 100 * n))}}]}"""));
            for (var i = 0; i < 100 * n; i++)
                l.File($"v/a/x/{i}", 1);
        }),
        (typeof(NuGetCatalogue), "libraries", n => l => l.File("a/a.deps.json", Text(
            "{\"targets\":{\"t\":"
                + Json(200 * n, i => $"\"x{i}/1\":{{\"runtime\":{{\"a/{i}.dll\":{{}}}}}}")
                + "},\"libraries\":" + Json(200 * n, i => $"\"x{i}/1\":{{\"type\":\"package\"}}") + "}"))),
        (typeof(JarCatalogue), "poms", n => l => l.File("a.jar", CaptureTests.Jar(
            [.. Enumerable.Range(0, 100 * n).Select(i =>
                ($"META-INF/maven/g/x{i}/pom.properties", Text($"artifactId=x{i}\ngroupId=g\nversion=1\n")))]))),
        (typeof(JarCatalogue), "a name of versions", n => l => l.File("a.jar", CaptureTests.Jar(
            (string.Concat(Enumerable.Repeat("-1a", 100 * n)) + ".jar", CaptureTests.Jar(
                ("META-INF/MANIFEST.MF", Text("Implementation-Title: x\n"))))))),
        (typeof(GoCatalogue), "modules", n => l => l.File("bin/go", CaptureTests.GoProgram(
            4000 * n, string.Concat(Enumerable.Range(0, 50 * n).Select(i => $"dep\tx/{i}\tv1\n"))))),
        (typeof(CargoCatalogue), "crates", n => l => l.File("bin/rust", LanguagePackageTests.RustProgram(
            $$"""{"packages":[{{string.Join(',', Enumerable.Range(0, 200 * n).Select(
                i => $$"""{"name":"x{{i}}","version":"1","dependencies":[0,1]}"""))}}]}"""))),
    ];

    public static TheoryData<string, string> All =>
        [.. Cases.Select(c => (c.Catalogue.Name, c.What))];

    [Theory]
    [MemberData(nameof(All))]
    public void A_catalogue_costs_as_much_as_it_reads(string catalogue, string what)
    {
        var (type, _, layer) = Cases.Single(c => c.Catalogue.Name == catalogue && c.What == what);
        GrowthCheck.AssertLinear(times =>
        {
            var tree = Tree(layer(times));
            var reader = (IPackageCatalogue)Activator.CreateInstance(type)!;
            return work => Assert.NotEmpty(reader.Read(new CapturedFiles(tree, work)).ToList());
        });
    }

    [Fact]
    public void Every_catalogue_has_a_worst_case() => Assert.Empty(
        Ecosystems.All.Select(e => e.Catalogue?.GetType()).OfType<Type>().Except(Cases.Select(c => c.Catalogue)));

    /// <summary>Packages of all kinds, each file in a hundred layers, and names that all need.</summary>
    [Fact]
    public void Measuring_packages_costs_as_much_as_they_list() => GrowthCheck.AssertLinear(times =>
    {
        var tree = Tree([.. Enumerable.Range(0, 10 * times).Select(i => (Action<LayerBuilder>)(l => l
            .File("usr/a", i + 1).File("var/lib/dpkg/status", Lines(
                20, p => $"Package: x{p}\nStatus: x installed\nDepends: y\nProvides: y\n"))
            .File($"var/lib/dpkg/info/x{i}.list", Text("/usr/a\n/usr/a\n"))))]);
        return work => Assert.Equal(20, PackageReader.Read(tree, work).All.Count);
    });

    private static Action<LayerBuilder> Applications(int times) => layer =>
    {
        var (modules, below) = (60 * times, 20 * times);
        layer.File("a/package.json", Text("""{"dependencies":{"m0":1}}"""));
        for (var i = 0; i < modules; i++)
            layer.File($"a/node_modules/m{i}/package.json", Text(
                $$"""{"name":"m{{i}}","version":"1","dependencies":{"m{{i + 1}}":1} }"""));
        for (var i = 0; i < below; i++)
            layer.File($"a/s{i}/package.json", Text("""{"dependencies":{"y":1},"devDependencies":{"x":1}}"""))
                .File($"a/s{i}/node_modules/x/package.json", Text("""{"version":"1","dependencies":{"m0":1}}"""));
    };

    private static FileTree Tree(params Action<LayerBuilder>[] layers)
    {
        var options = new AnalysisOptions();
        var budget = new ReadBudget(options, CancellationToken.None);
        return FileTree.Merge(
            [.. layers.Select((write, i) =>
            {
                var tar = new LayerBuilder();
                write(tar);
                var (layer, blob) = new LayerReader(options, budget, ImageAnalyzer.Wanted).Read(
                    new MemoryStream(tar.ToArray()), null, null, CancellationToken.None);
                return new ImageLayer(i, layer, blob, null);
            })],
            CancellationToken.None);
    }
}
