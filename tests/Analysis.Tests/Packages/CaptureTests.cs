using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Apk;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Jars;
using ImageInsight.Analysis.Packages.Npm;

namespace ImageInsight.Analysis.Tests.Packages;

public sealed class CaptureTests
{
    private static async Task<IReadOnlyList<Capture>> KeptAsync(
        Action<LayerBuilder> layer, AnalysisOptions? options = null) =>
        (await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(layer).DockerArchive(), options)).Facts.Layers[0].Layer.Captures;

    [Theory]
    [InlineData("var/lib/dpkg/status")]
    [InlineData("./var/lib/dpkg/info/libc6:amd64.list")]
    [InlineData("var/lib/dpkg/status.d/base")]
    [InlineData("var/lib/dpkg/status.d/base.md5sums")]
    [InlineData("opt/root/var/lib/dpkg/status")]
    [InlineData("var/lib/apt/extended_states")]
    [InlineData("lib/apk/db/installed")]
    [InlineData("etc/apk/world")]
    [InlineData("var/lib/rpmmanifest/container-manifest-2")]
    [InlineData("var/lib/pacman/local/bash-5.2-1/desc")]
    [InlineData("var/lib/pacman/local/bash-5.2-1/files")]
    [InlineData("usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA")]
    [InlineData("usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO")]
    [InlineData("usr/lib/python3/dist-packages/six-1.16.0.egg-info")]
    [InlineData("app/node_modules/.package-lock.json")]
    [InlineData("app/node_modules/x/package.json")]
    [InlineData("app/node_modules/@s/x/package.json")]
    [InlineData("app/node_modules/x/node_modules/y/package.json")]
    [InlineData("app/package.json")]
    [InlineData("usr/local/bundle/specifications/rack-3.0.gemspec")]
    [InlineData("app/vendor/composer/installed.json")]
    [InlineData("app/composer.json")]
    [InlineData("app/app.deps.json")]
    [InlineData("opt/conda/conda-meta/numpy-1.json")]
    [InlineData("usr/lib/os-release")]
    public async Task What_a_catalogue_asks_for_is_kept(string path)
    {
        var kept = Assert.Single(await KeptAsync(l => l.File(path, 700)));
        Assert.NotEqual(CaptureKind.Omitted, kept.Kind);
        Assert.Equal(700, kept.Bytes.Length);
    }

    [Theory]
    [InlineData("var/lib/dpkg/status-old")]
    [InlineData("home/lib/status")]
    [InlineData("app/node_modules/x/lib/package.json")]
    [InlineData("app/node_modules/x/dist/esm/package.json")]
    [InlineData("app/tsconfig.json")]
    [InlineData("app/vendor/x/y/composer.json")]
    [InlineData("METADATA")]
    [InlineData("xlib/dpkg/status.dd/base")]
    [InlineData("bin/sh")]
    public async Task Nothing_else_is(string path) => Assert.Empty(await KeptAsync(l => l.File(path, 700)));

    [Fact]
    public void Every_wanted_file_has_a_number_of_its_own()
    {
        var numbers = ImageAnalyzer.Wanted.All.Select(w => w.KeptAs).ToList();
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.DoesNotContain(CaptureKind.Omitted, numbers);
        Assert.DoesNotContain((CaptureKind)0, numbers);
    }

    [Fact]
    public void The_numbers_that_are_stored_stay()
    {
        string[] known =
        [
            .. ImageAnalyzer.Wanted.All.OrderBy(w => w.KeptAs).Select(w => $"{(int)w.KeptAs} {w.GetType().Name}"),
        ];
        Assert.Equal(
            [
                "2 ElfFiles", "3 JarFiles", "4 SecretFiles", "5 RpmDatabaseFiles", "6 CopyrightFiles", "7 CoreFiles",
                "8 OsReleaseFile", "9 DpkgFiles", "10 ApkFiles", "11 RpmManifestFiles", "12 PacmanFiles",
                "13 OpkgFiles", "14 CondaFiles", "15 NpmFiles", "16 PythonFiles", "17 GemFiles", "18 ComposerFiles",
                "19 NuGetFiles",
            ],
            known.Take(18));
    }

    [Fact]
    public async Task What_is_too_big_is_known_to_be_missing()
    {
        var kept = await KeptAsync(
            l => l.File("app/node_modules/x/package.json", (1 << 20) + 1).File("etc/apk/world", 5));
        Assert.Equal([CaptureKind.Omitted, ApkFiles.Kind], kept.Select(c => c.Kind));
        kept = await KeptAsync(l => l.File("etc/apk/world", 5).File("app/node_modules/x/package.json", (1 << 20) + 1));
        Assert.Equal([ApkFiles.Kind, CaptureKind.Omitted], kept.Select(c => c.Kind));
    }

    [Theory]
    [InlineData(1, 4, CoreFiles.Kind)]
    [InlineData(2, 4, CoreFiles.Kind)]
    [InlineData(1, 2, ElfFiles.Kind)]
    public async Task Of_a_core_file_it_is_known_that_it_is_one(byte endianness, byte type, CaptureKind kind)
    {
        var elf = new byte[700_000];
        "\u007fELF"u8.CopyTo(elf);
        elf[4] = 2;
        elf[5] = endianness;
        elf[endianness == 1 ? 16 : 17] = type;
        var kept = await KeptAsync(l => l.File("etc/apk/world", 5).File("srv/core", elf));
        Assert.Equal([ApkFiles.Kind, kind], kept.Select(c => c.Kind));
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File("srv/core", elf)));
        Assert.Equal(kind == CoreFiles.Kind ? ["temporary-files-crash-0"] : [], result.Findings.Select(f => f.Id));
        Assert.All(result.Findings, f => Assert.Equal((700_000, Confidence.Safe), (f.DiskBytes, f.Confidence)));
    }

    [Fact]
    public async Task A_layer_has_a_budget_of_its_own()
    {
        var options = new AnalysisOptions { MaxLayerCaptureBytes = 1000 };
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("a/package.json", 600).File("b/package.json", 600).File("c/package.json", 300))
            .WithLayer(l => l.File("d/package.json", 900));
        var layers = (await Images.AnalyzeAsync(image.DockerArchive(), options)).Facts.Layers.Select(l => l.Layer)
            .ToList();
        Assert.Equal([NpmFiles.Kind, CaptureKind.Omitted, NpmFiles.Kind], layers[0].Captures.Select(c => c.Kind));
        Assert.Equal([NpmFiles.Kind], layers[1].Captures.Select(c => c.Kind));
        // What a layer's own budget left out is left out of it in any image.
        Assert.All(layers, l => Assert.Equal(Layer.AnalyzerVersion, l.StoredVersion));
    }

    [Fact]
    public async Task What_other_layers_left_no_room_for_is_not_stored_as_the_whole_layer()
    {
        var options = new AnalysisOptions { MaxCaptureBytes = 1000, Parallelism = 1 };
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("a/package.json", 900).File("big", 5000))
            .WithLayer(l => l.File("d/package.json", 900));
        var result = await Images.AnalyzeAsync(image.DockerArchive(), options);
        var layers = result.Facts.Layers.Select(l => l.Layer).ToList();
        Assert.Equal([NpmFiles.Kind, CaptureKind.Omitted], layers.Select(l => Assert.Single(l.Captures).Kind));
        Assert.Equal([true, false], layers.Select(l => l.StoredVersion == Layer.AnalyzerVersion));
        Assert.Equal(1, result.Packages.Omitted);
    }

    [Fact]
    public async Task A_known_layer_takes_room_too()
    {
        var whole = (await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("a/package.json", 900)))).Facts.Layers[0].Layer;
        var budget = new ReadBudget(new AnalysisOptions { MaxCaptureBytes = 1000 }, CancellationToken.None);
        Assert.Same(whole, budget.AddKnown(whole));
        var second = budget.AddKnown(whole);
        Assert.Equal([CaptureKind.Omitted], second.Captures.Select(c => c.Kind));
        Assert.NotEqual(Layer.AnalyzerVersion, second.StoredVersion);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(ElfWindow.WholeBytes + 100_000)]
    public async Task Of_a_go_program_its_modules_are_kept(int size)
    {
        var modules = "path\texample.org/app\nmod\texample.org/app\t(devel)\t\ndep\tgolang.org/x/sys\tv0.20.0\th1:x=\n";
        var kept = Assert.Single(await KeptAsync(l => l.File("app", GoProgram(size, modules), mode: 0x1ed)));
        Assert.Equal(ElfFiles.Kind, kept.Kind);
        var facts = ElfFacts.Parse(kept.Bytes)!;
        Assert.Equal(("go1.22.1", modules), (facts.GoVersion, facts.GoModules));
    }

    [Fact]
    public async Task Of_a_jar_its_coordinates_and_those_inside_are_kept()
    {
        var inner = Jar(
            ("META-INF/maven/g/inner/pom.properties", "version=2\ngroupId=g\nartifactId=inner\n"u8.ToArray()));
        var outer = Jar(
            ("META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\r\nImplementation-Title: ou\r\n ter\r\nImplementation-Version: 1\r\n\r\n"u8
                    .ToArray()),
            ("BOOT-INF/lib/inner-2.jar", inner));
        var kept = Assert.Single(await KeptAsync(l => l.File("app.jar", outer)));
        var modules = JarFacts.Parse(kept.Bytes)!.Modules;
        Assert.Equal([new JarPom("g", "inner", "2")],
            modules.Single(m => m.Place == "BOOT-INF/lib/inner-2.jar!/").Poms);
        Assert.Equal("outer", modules.Single(m => m.Place.Length == 0).Manifest["Implementation-Title"]);
    }

    [Fact]
    public void No_bytes_make_a_reader_throw()
    {
        var random = new Random(7);
        var jar = Jar(("META-INF/MANIFEST.MF", "Implementation-Title: x\n"u8.ToArray()),
            ("a.jar", Jar(("b", new byte[100]))));
        var program = GoProgram(2000, "path\tx\n");
        for (var i = 0; i < 3000; i++)
        {
            var (j, p) = ((byte[])jar.Clone(), (byte[])program.Clone());
            for (var k = 0; k < 1 + (i % 12); k++)
            {
                j[random.Next(j.Length)] = (byte)random.Next(256);
                p[random.Next(i % 2 == 0 ? 64 : p.Length)] = (byte)random.Next(256);
            }

            JarFacts.Read(j, random.Next(j.Length + 1), Budgets.Default);
            ElfFacts.Read(new ElfWindow(p, p.Length, Budgets.Default));
        }
    }

    internal static byte[] Jar(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(content);
        return stream.ToArray();
    }

    internal static byte[] GoProgram(int size, string modules)
    {
        var bytes = new byte[size];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        var at = size / 2 & ~15;
        byte[] mark = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        byte[] text = [.. mark, .. Encoding.UTF8.GetBytes(modules), .. mark];
        byte[] info = [0xff, .. " Go buildinf:"u8, 8, 2, .. new byte[16], 8, .. "go1.22.1"u8,
            (byte)(text.Length | 0x80), (byte)(text.Length >> 7), .. text];
        info.CopyTo(bytes, at);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), 64);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(58), 64);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(60), 2);
        return bytes;
    }
}
