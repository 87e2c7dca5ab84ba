using System.Text;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Tests.Packages;

public sealed class PackageTests
{
    internal static async Task<IReadOnlyList<Package>> ReadAsync(params Action<LayerBuilder>[] layers)
    {
        var image = new ArchiveBuilder();
        foreach (var layer in layers)
            image.WithLayer(layer);
        return (await Images.AnalyzeAsync(image)).Packages.All;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    internal static string Installed(string name, string version, string more = "") =>
        $"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n{more}\n";

    [Fact]
    public async Task Debian_packages_have_their_layer_their_files_and_what_brought_them()
    {
        var packages = await ReadAsync(
            l => l.File("etc/os-release", Text("ID=debian\nVERSION_ID=\"12\"\n"))
                .Symlink("lib", "usr/lib")
                .File("var/lib/dpkg/status", Text(Installed("libc6", "2.36-9+deb12u4")))
                .File("var/lib/dpkg/info/libc6:amd64.list", Text("/.\n/lib\n/lib/libc.so.6\n/usr/share/doc/libc6/copyright\n"))
                .File("usr/lib/libc.so.6", 5000).File("usr/share/doc/libc6/copyright", 300),
            l => l.File("var/lib/dpkg/status", Text(Installed("libc6", "2.36-9+deb12u4") + Installed("curl", "1:7.88", "Depends: libc6 (>= 2.34), libssl3 | libc6\n")
                    + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"))
                .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n/usr/bin/curl-link\n"))
                .File("usr/bin/curl", 700).HardLink("usr/bin/curl-link", "usr/bin/curl")
                .File("var/lib/apt/extended_states", Text("Package: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\n"))
                .Whiteout("usr/share/doc"));
        Assert.Equal(["libc6", "curl"], packages.Select(p => p.Name));
        Assert.Equal([0, 1], packages.Select(p => p.Layer));
        Assert.Equal([(5000L, 300L, 1), (700L, 0L, 1)], packages.Select(p => (p.DiskBytes, p.DeadBytes, p.Files)));
        Assert.Equal("pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12", packages[0].Purl);
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
        Assert.Equal([false, true], packages.Select(p => p.OnPurpose));
    }

    [Fact]
    public async Task Distroless_images_have_a_file_a_package()
    {
        var package = Assert.Single(await ReadAsync(l => l
            .File("var/lib/dpkg/status.d/tzdata", Text("Package: tzdata\nVersion: 2024a\nArchitecture: all\n"))
            .File("var/lib/dpkg/status.d/tzdata.md5sums", Text("d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n"))
            .File("usr/share/zoneinfo/UTC", 114)));
        Assert.Equal(("tzdata", "2024a", 114L, (bool?)null), (package.Name, package.Version, package.DiskBytes, package.OnPurpose));
    }

    [Fact]
    public async Task Alpine_packages_are_asked_for_in_world()
    {
        var packages = await ReadAsync(l => l
            .File("etc/os-release", Text("ID=alpine\nVERSION_ID=3.19.1\n"))
            .File("etc/apk/world", Text("busybox\ncurl>8\n"))
            .File("lib/apk/db/installed", Text(
                "C:Q1=\nP:musl\nV:1.2.4-r2\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:libc.so\na:0:0:755\nZ:Q1x=\n\nP:curl\nV:8.5.0-r0\nA:x86_64\nD:so:libc.musl-x86_64.so.1 !old\nF:usr/bin\nR:curl\n\n"))
            .File("lib/libc.so", 600).File("usr/bin/curl", 250));
        Assert.Equal([("musl", 600L, (bool?)false), ("curl", 250L, true)], packages.Select(p => (p.Name, p.DiskBytes, p.OnPurpose)));
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
        Assert.Equal("pkg:apk/alpine/curl@8.5.0-r0?arch=x86_64&distro=alpine-3.19.1", packages[1].Purl);
    }

    [Fact]
    public async Task Modules_count_without_the_modules_inside_them()
    {
        var packages = await ReadAsync(
            l => l.File("srv/package.json", Text("""{"dependencies":{"a":"1"},"devDependencies":{"@s/d":"1"}}"""))
                .File("srv/node_modules/.package-lock.json", Text("""{"packages":{"node_modules/@s/d":{"dev":true},"node_modules/a":{}}}"""))
                .File("srv/node_modules/a/package.json", Text("""{"name":"a","version":"1.0.0","dependencies":{"b":"^2"}}"""))
                .File("srv/node_modules/a/index.js", 1000)
                .File("srv/node_modules/a/old.js", 40)
                .File("srv/node_modules/a/node_modules/b/package.json", Text("""{"name":"b","version":"2.0.0"}"""))
                .File("srv/node_modules/a/node_modules/b/index.js", 70)
                .File("srv/node_modules/@s/d/package.json", Text("""{"name":"@s/d","version":"3.0.0"}""")),
            l => l.Whiteout("srv/node_modules/a/old.js").File("srv/node_modules/a/index.js", 1000, uid: 5));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(["@s/d", "a", "b"], byName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1056, 1040), (byName["a"].DiskBytes, byName["a"].DeadBytes));
        Assert.Equal([byName["b"].Purl], byName["a"].Dependencies);
        Assert.Equal("pkg:npm/%40s/d@3.0.0", byName["@s/d"].Purl);
        Assert.Equal([(true, true), (true, false), (false, false)], new[] { "@s/d", "a", "b" }.Select(n => (byName[n].OnPurpose == true, byName[n].Development)));
    }

    [Fact]
    public async Task Python_distributions_count_what_their_record_lists()
    {
        const string site = "usr/lib/python3/site-packages/";
        var packages = await ReadAsync(l => l
            .File(site + "requests-2.31.0.dist-info/METADATA", Text("Metadata-Version: 2.1\nName: Requests\nVersion: 2.31.0\nRequires-Dist: urllib3 (<3,>=1.21.1)\nRequires-Dist: PySocks; extra == 'socks'\n\nbody\n"))
            .File(site + "requests-2.31.0.dist-info/RECORD", Text("requests/__init__.py,sha256=x,50\n../../../bin/req,,\n\"requests/a,b.py\",,\n"))
            .File(site + "requests-2.31.0.dist-info/REQUESTED", [])
            .File(site + "requests/__init__.py", 50).File(site + "requests/a,b.py", 7).File("usr/bin/req", 9)
            .File(site + "urllib3-2.0.dist-info/METADATA", Text("Name: urllib3\nVersion: 2.0\n"))
            .File(site + "six-1.16.0.egg-info/PKG-INFO", Text("Name: six\nVersion: 1.16.0\n"))
            .File(site + "six-1.16.0.egg-info/top_level.txt", Text("six\n"))
            .File(site + "six.py", 400));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(66, byName["Requests"].DiskBytes);
        Assert.Equal([byName["urllib3"].Purl], byName["Requests"].Dependencies);
        Assert.Equal((true, false), (byName["Requests"].OnPurpose, byName["urllib3"].OnPurpose));
        Assert.Equal("pkg:pypi/requests@2.31.0", byName["Requests"].Purl);
        Assert.Equal(430, byName["six"].DiskBytes);
    }

    [Fact]
    public async Task No_bytes_make_a_catalogue_throw()
    {
        string[] paths =
        [
            "var/lib/dpkg/status", "var/lib/dpkg/status.d/x", "var/lib/apt/extended_states", "lib/apk/db/installed", "etc/apk/world", "etc/os-release",
            "a/node_modules/x/package.json", "a/package.json", "a/node_modules/.package-lock.json", "s/x.dist-info/METADATA", "s/x.dist-info/RECORD",
            "s/x.egg-info/PKG-INFO", "s/x.egg-info/top_level.txt", "s/x.egg-info/installed-files.txt", "var/lib/rpm/Packages", "var/lib/rpm/rpmdb.sqlite",
            "var/lib/rpm/Packages.db", "var/lib/rpmmanifest/container-manifest-2", "g/specifications/x-1.gemspec", "vendor/composer/installed.json",
            "app/x.deps.json", "conda-meta/x.json", "usr/lib/opkg/status", "usr/lib/opkg/info/x.list", "var/lib/pacman/local/x-1/desc", "var/lib/pacman/local/x-1/files",
        ];
        string[] seeds =
        [
            Installed("x", "1", "Depends: a|b,,(\nProvides: ,\n"), "P:x\nV:1\nF:\nR:\nD:!\np:=\n\n", """{"name":"x","version":"1","dependencies":{"\ud800":[1]},"packages":{"a":1},"dev-package-names":[1,null]}""",
            "Name: x\nVersion: 1\nRequires-Dist: ;\n", "\",\",\n/,\n../../../../..,\n", "SQLite format 3\0\u0010\0\u0001\u0001", "%NAME%\nx\n\n%VERSION%\n1\n", "s.name = \"x\"\ns.version = \"1\"\n",
            """{"packages":[{"name":1,"version":{}}],"libraries":{"x/1":{"type":"package"}},"targets":{"t":{"x/1":{"dependencies":7,"runtime":[]}}}}""", "[1,2]", "\"\\ud800\"", "",
        ];
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
            await ReadAsync(l =>
            {
                foreach (var path in paths)
                {
                    var bytes = Text(seeds[random.Next(seeds.Length)] + seeds[random.Next(seeds.Length)]);
                    for (var k = 0; k < random.Next(6) && bytes.Length > 0; k++)
                        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    l.File(path, bytes);
                }
            });
    }
}
