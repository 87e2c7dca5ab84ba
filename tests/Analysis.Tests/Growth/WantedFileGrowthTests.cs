using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Findings.Secrets;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Packages.Apk;
using ImageInsight.Analysis.Packages.Composer;
using ImageInsight.Analysis.Packages.Conda;
using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Gems;
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

/// <summary>The worst body that a layer can have for each file that is wanted of it.</summary>
public sealed class WantedFileGrowthTests
{
    private static readonly (Type File, string What, string Path, Func<int, byte[]> Body)[] Cases =
    [
        (typeof(ElfFiles), "needs in a text without end", "a", n => Program(
            1, 6, Needs(1000 * n, 50_000 * n), new byte[50_000 * n].Select(_ => (byte)'a').ToArray())),
        (typeof(ElfFiles), "sections of needs", "a", n => Program(
            50 * n, 6, Needs(1000 * n, 255), new byte[1000].Select(_ => (byte)'a').ToArray())),
        (typeof(ElfFiles), "sections of crates", "a", n => Program(
            20 * n, 1, Broken(new byte[200_000 * n]), [])),
        (typeof(ElfFiles), "Go's magic", "a", n => Program(
            1, 1, [.. Enumerable.Repeat((byte[])[0xff, .. " Go buildinf:"u8, 9], 4000 * n).SelectMany(m => m)], [])),
        (typeof(ElfFiles), "paths of builds", "a", n => Program(
            50 * n, 1, [.. Enumerable.Range(0, 2000 * n).SelectMany(i => Text($"/build/{i % 70}/src/tmp/x.c\0"))], [],
            flags: 2)),
        (typeof(JarFiles), "entries", "a.jar", n => Jar(5000 * n, _ => "a", [])),
        (typeof(JarFiles), "documents", "a.jar", n => Jar(
            20 * n, _ => "META-INF/MANIFEST.MF", new byte[2000 * n])),
        (typeof(JarFiles), "properties", "a.jar", n => Jar(
            10 * n, _ => "META-INF/maven/a/a/pom.properties",
            Text(string.Concat(Enumerable.Repeat("a\\\n \\u0041", 150 * n))))),
        (typeof(JarFiles), "archives", "a.jar", n => Jar(
            20 * n, i => $"{i}.jar", CaptureTests.Jar(("META-INF/MANIFEST.MF", Text("Implementation-Title: x\n"))))),
        (typeof(EggFiles), "metadata", "a.egg", n => Jar(1, _ => "EGG-INFO/PKG-INFO", new byte[2000 * n])),
        (typeof(EggFiles), "entries", "a.egg", n => Jar(5000 * n, _ => "a", [])),
        (typeof(SecretFiles), "addresses", ".git-credentials", n => Text(
            string.Concat(Enumerable.Repeat("://a:$", 1000 * n)) + "@")),
        (typeof(SecretFiles), "words", ".npmrc", n => Text(
            string.Concat(Enumerable.Repeat("_auth=$", 1000 * n)) + new string('=', 1000 * n) + "$")),
        (typeof(SecretFiles), "members", "credentials.json", n => Text(
            string.Concat(Enumerable.Repeat("\"token\":", 1000 * n)))),
        (typeof(SecretFiles), "beginnings", "a.pem", n => Text(
            string.Concat(Enumerable.Repeat("-----BEGIN ", 1000 * n)))),
        (typeof(RpmDatabaseFiles), "columns", "rpmdb.sqlite", n => SqliteColumns(1000 * n)),
        (typeof(RpmDatabaseFiles), "a tag repeated", "Packages.db", n => Ndb(RpmTags(500 * n, 2000 * n))),
        (typeof(RpmDatabaseFiles), "headers", "Packages.db", n => Ndb(
            [.. Enumerable.Repeat(RpmHeader((1000, 6, 1, Text("x\0"))), 500 * n)])),
        (typeof(CopyrightFiles), "names", "copyright", n => Text(
            "Format: x\n" + string.Concat(Enumerable.Range(0, 2000 * n).Select(i => $"License: {i % 60}\n")))),
        (typeof(ScriptFiles), "a script", "a", n => [.. "#!/bin/sh\n"u8, .. new byte[100_000 * n]]),
        (typeof(ArchiveFiles), "entries", "a.zip", n => Jar(5000 * n, _ => "a", [])),
        (typeof(ArchiveFiles), "members", "a.zip", n => Jar(20 * n, i => $"{i}", new byte[2000 * n])),
        (typeof(ArchiveFiles), "files", "a.tar", n => Tar(2000 * n, "a")),
        (typeof(ArchiveFiles), "zeros", "a.tgz", n => ArchiveBuilder.Gzip(Tar(2000 * n, "a"))),
        Copied<ClassPathFiles>(),
        Copied<OsReleaseFile>(), Copied<DpkgFiles>(), Copied<ApkFiles>(), Copied<RpmManifestFiles>(),
        Copied<PacmanFiles>(), Copied<OpkgFiles>(), Copied<CondaFiles>(), Copied<NpmFiles>(), Copied<PythonFiles>(),
        Copied<GemFiles>(), Copied<ComposerFiles>(), Copied<NuGetFiles>(),
    ];

    private static readonly (Type File, Func<byte[]> Piece)[] Windows =
    [
        (typeof(ElfFiles), () => [.. Enumerable.Repeat((byte[])[0xff, .. " Go buildinf:"u8, 9], 4000)
            .SelectMany(m => m)]),
        (typeof(CoreFiles), () => new byte[64 << 10]),
    ];

    public static TheoryData<string, string> Bodies => [.. Cases.Select(c => (c.File.Name, c.What))];

    public static TheoryData<string> BigBodies => [.. Windows.Select(c => c.File.Name)];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void What_is_kept_of_a_file_costs_as_much_as_the_file_has(string file, string what)
    {
        var (type, _, path, body) = Cases.Single(c => c.File.Name == file && c.What == what);
        var wanted = ImageAnalyzer.Wanted.All.Single(w => w.GetType() == type);
        var name = Text(path);
        GrowthCheck.AssertLinear(times =>
        {
            var bytes = body(times);
            return work => wanted.Keep(name, bytes, bytes.Length, work);
        });
    }

    [Theory]
    [MemberData(nameof(BigBodies))]
    public void What_is_kept_of_a_big_file_costs_as_much_as_the_file_has(string file)
    {
        var (type, make) = Windows.Single(c => c.File.Name == file);
        var wanted = ImageAnalyzer.Wanted.All.Single(w => w.GetType() == type);
        var piece = make();
        GrowthCheck.AssertLinear(times => work =>
        {
            var pieces = 300 * times;
            var window = wanted.OpenWindow((long)piece.Length * pieces, work)!;
            for (var i = 0; i < pieces; i++)
                window.Append(piece);
            window.Keep();
        });
    }

    [Fact]
    public void Every_wanted_file_has_a_worst_case() => Assert.Empty(
        ImageAnalyzer.Wanted.All.Select(w => w.GetType())
            .Except(Cases.Select(c => c.File).Concat(Windows.Select(w => w.File))));

    private static byte[] Tar(int files, string name)
    {
        var tar = new LayerBuilder();
        for (var i = 0; i < files; i++)
            tar.File(name + i, 700, (char)(i % 128));
        return tar.ToArray();
    }

    private static (Type File, string What, string Path, Func<int, byte[]> Body) Copied<T>()
        where T : WantedFile => (typeof(T), "bytes", "a", n => new byte[100_000 * n]);
}
