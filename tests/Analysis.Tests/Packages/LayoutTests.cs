using System.Text;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>Databases and modules at the places where today's tools put them, and where nobody does.</summary>
public sealed class LayoutTests
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Alpine_packages_have_their_files_where_lib_is_a_link(bool throughLink)
    {
        var package = Assert.Single(await PackageTests.ReadAsync(l => l
            .Symlink("lib", "usr/lib")
            .File("etc/apk/world", Text("busybox\n"))
            .File((throughLink ? "" : "usr/") + "lib/apk/db/installed", Text(
                "P:busybox\nV:1\nF:usr/bin\nR:busybox\nF:lib\nR:x.so\n\n"))
            .File("usr/bin/busybox", 800).File("usr/lib/x.so", 30)));
        Assert.Equal((830L, 2, true, "/usr/lib/apk/db/installed"),
            (package.DiskBytes, package.Files, package.OnPurpose!.Value, package.FoundAt));
    }

    [Theory]
    [InlineData("install ok unpacked", 1)]
    [InlineData("install ok half-configured", 1)]
    [InlineData("hold ok installed", 1)]
    [InlineData("install ok triggers-awaited", 1)]
    [InlineData("deinstall ok config-files", 0)]
    [InlineData("install reinstreq half-installed", 0)]
    [InlineData("purge ok not-installed", 0)]
    public async Task What_is_unpacked_is_there(string status, int packages)
    {
        var stanza = Text($"Package: x\nStatus: {status}\nVersion: 1\n\n");
        Assert.Equal(packages, (await PackageTests.ReadAsync(l => l.File("var/lib/dpkg/status", stanza))).Count);
        Assert.Equal(packages, (await PackageTests.ReadAsync(l => l.File("var/lib/opkg/status", stanza))).Count);
    }

    [Fact]
    public async Task A_module_needs_the_nearest_one_of_a_name()
    {
        var packages = await PackageTests.ReadAsync(l => l
            .File("srv/package.json", Text("""{"dependencies":{"a":"1","b":"2"},"workspaces":["w"]}"""))
            .File("srv/node_modules/a/package.json", Text("""{"name":"a","version":"1","dependencies":{"b":"1"}}"""))
            .File("srv/node_modules/a/node_modules/b/package.json", Text("""{"name":"b","version":"1"}"""))
            .File("srv/node_modules/b/package.json", Text("""{"name":"b","version":"2"}"""))
            .File("srv/w/node_modules/c/package.json", Text(
                """{"name":"c","version":"3","dependencies":{"b":"2","gone":"1"}}""")));
        Assert.Equal(["pkg:npm/b@1"], packages.Single(p => p.Name == "a").Dependencies);
        Assert.Equal(["pkg:npm/b@2"], packages.Single(p => p.Name == "c").Dependencies);
    }

    [Fact]
    public async Task Pnpm_links_modules_to_what_they_need()
    {
        const string store = "srv/node_modules/.pnpm/";
        var packages = await PackageTests.ReadAsync(l => l
            .File("srv/package.json", Text("""{"dependencies":{"a":"1"}}"""))
            .Symlink("srv/node_modules/a", ".pnpm/a@1/node_modules/a")
            .File(store + "a@1/node_modules/a/package.json", Text(
                """{"name":"a","version":"1","dependencies":{"@s/b":"1"}}"""))
            .Symlink(store + "a@1/node_modules/@s/b", "../../../@s+b@1/node_modules/@s/b")
            .File(store + "@s+b@1/node_modules/@s/b/package.json", Text("""{"name":"@s/b","version":"1"}"""))
            .File(store + "@s+b@2/node_modules/@s/b/package.json", Text("""{"name":"@s/b","version":"2"}""")));
        Assert.Equal(3, packages.Count);
        var a = packages.Single(p => p.Name == "a");
        Assert.Equal((true, "pkg:npm/%40s/b@1"), (a.OnPurpose!.Value, Assert.Single(a.Dependencies)));
        Assert.All(packages.Where(p => p.Name == "@s/b"), p => Assert.False(p.OnPurpose));
    }

    [Fact]
    public async Task A_manifest_where_no_module_is_and_a_database_where_no_root_is_say_nothing()
    {
        Assert.Empty(await PackageTests.ReadAsync(
            l => l.File("srv/node_modules/package.json", Text("""{"name":"x","version":"1"}"""))));
        var package = Assert.Single(await PackageTests.ReadAsync(l => l
            .File("lib/dpkg/status.d/x", Text("Package: x\nVersion: 1\n"))
            .File("lib/dpkg/status.d/x.md5sums", Text("0  usr/a\n")).File("usr/a", 7)));
        Assert.Equal(7, package.DiskBytes);
    }

    /// <summary>
    /// Each file that is asked for, in a folder that is a link to the root: it then lies where it would not be asked
    /// for.
    /// </summary>
    [Theory]
    [InlineData("var/lib/dpkg/status")]
    [InlineData("var/lib/dpkg/status.d/x")]
    [InlineData("var/lib/dpkg/status.d/x.md5sums")]
    [InlineData("lib/apk/db/installed")]
    [InlineData("var/lib/rpmmanifest/container-manifest-2")]
    [InlineData("var/lib/pacman/local/x-1/desc")]
    [InlineData("var/lib/pacman/local/x-1/files")]
    [InlineData("usr/lib/opkg/status")]
    [InlineData("conda/conda-meta/x.json")]
    [InlineData("a/node_modules/x/package.json")]
    [InlineData("s/x.dist-info/METADATA")]
    [InlineData("s/x.egg-info/PKG-INFO")]
    [InlineData("s/x.egg-info")]
    [InlineData("g/specifications/x-1.gemspec")]
    [InlineData("g/specifications/default/y-1.gemspec")]
    [InlineData("p/vendor/composer/installed.json")]
    [InlineData("n/x.deps.json")]
    [InlineData("usr/share/doc/x/copyright")]
    public async Task A_folder_that_is_a_link_to_the_root_makes_no_catalogue_throw(string path)
    {
        const string content =
            "Package: x\nName: x\nVersion: 1\nStatus: install ok installed\nP:x\nV:1\n%NAME%\nx\n# stub: x 1 ruby "
                + "lib\n";
        const string json =
            """{"name":"x","version":"1","packages":"""
                + """[{"name":"a/b","version":"1"}],"libraries":{"x/1":"""
                + """{"type":"package"}},"targets":{"t":{"x/1":{}}}}""";
        var bytes = Text(path.EndsWith("json", StringComparison.Ordinal) ? json : content);
        var folder = path[..path.LastIndexOf('/')];
        for (var link = folder; link.Length > 0; link = link[..Math.Max(0, link.LastIndexOf('/'))])
        {
            var target = link;
            Assert.InRange((await PackageTests.ReadAsync(l => l.Symlink(target, "/").File(path, bytes))).Count, 0, 2);
            Assert.InRange((await PackageTests.ReadAsync(l => l.Symlink(target, "/"), l => l.File(path, bytes))).Count,
                0, 2);
        }
    }

    [Theory]
    [InlineData("log4j-1.2-api-2.17.jar", "log4j-1.2-api 2.17")]
    [InlineData("stax-1.0-alpha-2.jar", "stax 1.0-alpha-2")]
    [InlineData("guava-32.1.3-jre.jar", "guava 32.1.3-jre")]
    [InlineData("x-1.0-SNAPSHOT-20240101.1.jar", "x 1.0-SNAPSHOT-20240101.1")]
    [InlineData("log4j-1.2-5.2.jar", "log4j-1.2 5.2")]
    [InlineData("git.hpi", "git 5.2")]
    public async Task An_archive_is_named_by_its_file_up_to_the_version(string file, string expected)
    {
        var package = Assert.Single(
            await PackageTests.ReadAsync(l => l.File(
                "l/" + file, CaptureTests.Jar(("META-INF/MANIFEST.MF", Text("Implementation-Version: 5.2\n"))))));
        Assert.Equal(expected, $"{package.Name} {package.Version}");
    }

    [Fact]
    public async Task The_pom_that_the_file_is_called_by_is_the_archives_own()
    {
        var jar = CaptureTests.Jar(
            ("META-INF/maven/o/other/pom.properties", Text("version=1\ngroupId=o\nartifactId=other\n")),
            ("META-INF/maven/g/log4j-1.2-api/pom.properties", Text(
                "version=2.17\ngroupId=g\nartifactId=log4j-1.2-api\n")));
        Assert.Equal(["g:log4j-1.2-api", "o:other"],
            (await PackageTests.ReadAsync(l => l.File("l/log4j-1.2-api-2.17.jar", jar))).Select(p => p.Name));
    }

    [Fact]
    public async Task An_asset_that_was_published_into_a_folder_of_its_own_is_found_there()
    {
        const string list = """
            {"targets":{"t":{"X/1.0.0":{"runtime":{"lib/net10.0/X.dll":{"localPath":"plug/X.dll"}}}}},
            "libraries":{"X/1.0.0":{"type":"package"}}}
            """;
        var package = Assert.Single(
            await PackageTests.ReadAsync(l => l.File("app/a.deps.json", Text(list)).File("app/plug/X.dll", 50)
                .File("app/X.dll", 7)));
        Assert.Equal(50, package.DiskBytes);
    }

    /// <summary>As in go, trivy and syft: the magic is among the constants, before the build information.</summary>
    [Theory]
    [InlineData(200_000)]
    [InlineData(20_000_000)]
    public async Task A_go_program_that_reads_build_information_itself_has_its_own(int size)
    {
        var program = CaptureTests.GoProgram(size, "path\tx/cmd\nmod\tx\tv1.2.3\t\n");
        byte[] constant = [0xff, .. " Go buildinf:compressed"u8];
        constant.CopyTo(program, 128);
        Assert.Equal(["x", "stdlib"],
            (await PackageTests.ReadAsync(l => l.File("app", program, mode: 0x1ed))).Select(p => p.Name));
    }
}
