using System.Text;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Jars;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>
/// Every file that a catalogue reads, right at first and then with bytes changed, cut, or put in another's place.
/// </summary>
public sealed class HostilePackageTests
{
    private static readonly (string Path, byte[] Content)[] Files =
    [
        Of("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        Of("var/lib/dpkg/status", PackageTests.Installed("x", "1", "Depends: a|b,,(\nProvides: ,\n")
            + PackageTests.Installed("y", "2", "Recommends: x (>= 1), z [amd64] <!a>\n")),
        Of("var/lib/dpkg/info/x.list", "/.\n/usr\n/usr/a\n/../../usr/a\n//\n"),
        Of("var/lib/dpkg/status.d/x", "Package: x\nVersion: 1\n"),
        Of("var/lib/dpkg/status.d/x.md5sums", "0  usr/a\n"),
        Of("usr/share/doc/x/copyright", "Format: x\nLicense: a\nLicense: b; c\n"),
        Of("var/lib/apt/extended_states", "Package: x\nArchitecture: amd64\nAuto-Installed: 1\n\n"),
        Of("lib/apk/db/installed", "P:x\nV:1\nF:usr\nR:a\nD:!y so:z\np:x=1\n\n"),
        Of("etc/apk/world", "x>1 y@edge\n"),
        Of("var/lib/rpmmanifest/container-manifest-2", "zlib\t1-1\t1\t1\tV\t(none)\t1\tx86_64\t1\tx.src.rpm\n"),
        Of("var/lib/pacman/local/x-1/desc", "%NAME%\nx\n\n%VERSION%\n1\n\n%DEPENDS%\ny>=1\n\n"),
        Of("var/lib/pacman/local/x-1/files", "%FILES%\nusr/\nusr/a\n\n"),
        Of("usr/lib/opkg/status", "Package: x\nVersion: 1\nStatus: install user installed\nDepends: y\n\n"),
        Of("usr/lib/opkg/info/x.list", "/usr/a\t0755\n"),
        Of("conda/conda-meta/x.json",
            """{"name":"x","version":"1","channel":"/a/b","fn":"x.conda","depends":["y >1","""
                + """7,"\\ud800"],"requested_spec":"x","files":["../usr/a",1]}"""),
        Of("a/package.json", """{"dependencies":{"x":"1"},"devDependencies":{"y":1}}"""),
        Of("a/node_modules/x/package.json", """{"name":"x","version":"1","dependencies":{"\\ud800":[1]}}"""),
        Of("a/node_modules/.package-lock.json", """{"packages":{"node_modules/x":{"dev":true},"y":1}}"""),
        Of("s/x.dist-info/METADATA", "Name: x\nVersion: 1\nRequires-Dist: ;\nRequires-Dist: y; extra == 'z'\n"),
        Of("s/x.dist-info/RECORD", "\",\",\n/,\n../../../../..,\nx.py,,\n"),
        Of("s/x.egg-info/PKG-INFO", "Name: x\nVersion: 1\n"),
        Of("s/x.egg-info/top_level.txt", "x\n..\n/\n"),
        Of("s/y.egg-info/PKG-INFO", "Name: y\nVersion: 1\n"),
        Of("s/y.egg-info/installed-files.txt", "../y.py\n../../../..\n"),
        Of("g/3.2.0/specifications/x-1.gemspec", "# stub: x 1 ruby lib\n  s.add_dependency(%q<y>.freeze, [\"> 1\"])\n"),
        Of("g/3.2.0/specifications/default/y-1.gemspec",
            "  s.name = \"y\"\n  s.version = \"1\"\n  s.files = [\"lib/y.rb\".freeze, \"lib/../../../..\"]\n"),
        Of("p/composer.json", """{"require":{"a/b":"1"}}"""),
        Of("p/vendor/composer/installed.json",
            """{"packages":[{"name":"a/b","version":"1","require":{"c/d":"1"},"install-path":"../../.."},"""
                + """{"name":1,"version":{}},7],"dev-package-names":["a/b",1,null]}"""),
        Of("n/x.deps.json",
            """{"runtimeTarget":{"name":"t"},"libraries":{"x/1":{"type":"package"},"y/1":"""
                + """{"type":"project"}},"targets":{"t":{"x/1":{"dependencies":{"y":1},"runtime":{"a/x.dll":"""
                + """1},"resources":{"r.dll":{"locale":".."}}},"y/1":7}}}"""),
        ("j/x-1.jar", CaptureTests.Jar(
            ("META-INF/maven/g/x/pom.properties", Encoding.UTF8.GetBytes("version=1\ngroupId=g\nartifactId=x\n")),
            ("lib/y-2.jar", CaptureTests.Jar(("META-INF/MANIFEST.MF", "Implementation-Title: y\n"u8.ToArray()))))),
        ("bin/go", CaptureTests.GoProgram(
            2000, "path\tx/cmd\nmod\tx\t(devel)\t\ndep\ty\tv1\th1:\n=>\t./z\nbuild\t-a=b\n")),
        ("bin/rust", LanguagePackageTests.RustProgram(
            """{"packages":[{"name":"x","version":"1","root":true,"dependencies":[1,-1,"2",99999999999]},"""
                + """{"name":"y","version":"2"}]}""")),
    ];

    [Fact]
    public async Task No_bytes_make_a_catalogue_throw()
    {
        var right = await PackageTests.ReadAsync(l => Write(l, f => f));
        // As many packages as the files have when nothing is wrong with them.
        Assert.Equal(23, right.Count);
        Assert.Superset(
            (HashSet<string>)[
                "deb", "apk", "rpm", "alpm", "opkg", "conda", "npm", "pypi", "gem", "composer", "nuget", "maven",
                "golang", "cargo"
            ],
            right.Select(p => p.Ecosystem).ToHashSet());
        var random = new Random(11);
        var found = 0;
        for (var i = 0; i < 150; i++)
            found += (await PackageTests.ReadAsync(
                l => Write(l, f => Mutate(random, f)), l => Write(l, f => Mutate(random, f)))).Count;
        Assert.InRange(found, 150, 150 * 80);
    }

    [Fact]
    public async Task Packages_that_all_need_and_provide_the_same_cost_no_more_than_a_few_each()
    {
        var status = string.Concat(
            Enumerable.Range(0, 20_000).Select(i => PackageTests.Installed($"x{i}", "1", "Depends: y\nProvides: y\n")));
        var packages = await PackageTests.ReadAsync(l => l.File("var/lib/dpkg/status", Encoding.UTF8.GetBytes(status)));
        Assert.Equal(20_000, packages.Count);
        Assert.InRange(packages.Max(p => p.Dependencies.Count), 1, 64);
    }

    /// <summary>Facts are read again from the database, and may be anything too.</summary>
    [Fact]
    public void No_bytes_make_stored_facts_throw()
    {
        var random = new Random(3);
        var jar = JarFacts.Read(
            Files.Single(f => f.Path == "j/x-1.jar").Content,
            Files.Single(f => f.Path == "j/x-1.jar").Content.Length, Budgets.Default)!.Write();
        var elf = new ElfFacts("go1.2", "mod\tx\tv1\n", "{}", 1, 2, 1, ["libc.so.6"]).Write();
        Assert.NotNull(JarFacts.Parse(jar));
        Assert.NotNull(ElfFacts.Parse(elf));
        for (var i = 0; i < 5000; i++)
        {
            JarFacts.Parse(Mutate(random, jar));
            ElfFacts.Parse(Mutate(random, elf));
        }
    }

    private static (string Path, byte[] Content) Of(string path, string text) => (path, Encoding.UTF8.GetBytes(text));

    private static void Write(LayerBuilder layer, Func<byte[], byte[]> change)
    {
        foreach (var (path, content) in Files)
            layer.File(path, change(content));
        layer.File("usr/a", 10).File("s/x.py", 10);
    }

    private static byte[] Mutate(Random random, byte[] content)
    {
        var bytes = (byte[])(random.Next(12) == 0 ? Files[random.Next(Files.Length)].Content : content).Clone();
        if (random.Next(8) == 0)
            bytes = bytes[..random.Next(bytes.Length + 1)];
        for (var k = random.Next(6); k > 0 && bytes.Length > 0; k--)
            bytes[random.Next(bytes.Length)] = random.Next(4) == 0 ? (byte)"{}[]\",:/.\n\t0"[random.Next(12)]
                : (byte)random.Next(256);
        return bytes;
    }
}
