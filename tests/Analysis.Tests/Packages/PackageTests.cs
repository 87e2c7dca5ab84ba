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
                .File("var/lib/dpkg/info/libc6:amd64.list", Text(
                    "/.\n/lib\n/lib/libc.so.6\n/usr/share/doc/libc6/copyright\n"))
                .File("usr/lib/libc.so.6", 5000).File("usr/share/doc/libc6/copyright", 300),
            l => l.File("var/lib/dpkg/status", Text(
                Installed("libc6", "2.36-9+deb12u4")
                    + Installed("curl", "1:7.88", "Depends: libc6 (>= 2.34), libssl3 | libc6\n")
                    + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"))
                .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n/usr/bin/curl-link\n"))
                .File("usr/bin/curl", 700).HardLink("usr/bin/curl-link", "usr/bin/curl")
                .File("var/lib/apt/extended_states", Text("Package: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\n"))
                .Whiteout("usr/share/doc"));
        Assert.Equal(["libc6", "curl"], packages.Select(p => p.Name));
        Assert.Equal([0, 1], packages.Select(p => p.Layer));
        Assert.Equal([(5000L, 300L, 1), (700L, 0L, 1)], packages.Select(p => (p.DiskBytes, p.WastedBytes, p.Files)));
        Assert.Equal("pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12", packages[0].Purl);
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
        Assert.Equal([false, true], packages.Select(p => p.OnPurpose));
    }

    [Fact]
    public async Task Distroless_images_have_a_file_a_package()
    {
        var package = Assert.Single(await ReadAsync(l => l
            .File("var/lib/dpkg/status.d/tzdata", Text("Package: tzdata\nVersion: 2024a\nArchitecture: all\n"))
            .File("var/lib/dpkg/status.d/tzdata.md5sums", Text(
                "d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n"))
            .File("usr/share/zoneinfo/UTC", 114)));
        Assert.Equal(("tzdata", "2024a", 114L, (bool?)null),
            (package.Name, package.Version, package.DiskBytes, package.OnPurpose));
    }

    [Fact]
    public async Task Alpine_packages_are_asked_for_in_world()
    {
        var packages = await ReadAsync(l => l
            .File("etc/os-release", Text("ID=alpine\nVERSION_ID=3.19.1\n"))
            .File("etc/apk/world", Text("busybox\ncurl>8\n"))
            .File("lib/apk/db/installed", Text(
                "C:Q1=\nP:musl\nV:1.2.4-r2\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:libc.so\na:0:0:755\n"
                    + "Z:Q1x=\n\nP:curl\nV:8.5.0-r0\nA:x86_64\nD:so:libc.musl-x86_64.so.1 !old\nF:usr/bin\nR:curl\n\n"))
            .File("lib/libc.so", 600).File("usr/bin/curl", 250));
        Assert.Equal([("musl", 600L, (bool?)false), ("curl", 250L, true)],
            packages.Select(p => (p.Name, p.DiskBytes, p.OnPurpose)));
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
        Assert.Equal("pkg:apk/alpine/curl@8.5.0-r0?arch=x86_64&distro=alpine-3.19.1", packages[1].Purl);
    }

    [Fact]
    public async Task Arch_packages_have_a_folder_each()
    {
        var packages = await ReadAsync(
            l => l.File("etc/os-release", Text("NAME=\"Arch Linux\"\nID=arch\n"))
                .File("var/lib/pacman/local/glibc-2.39-1/desc", Text(
                    "%NAME%\nglibc\n\n%VERSION%\n2.39-1\n\n%ARCH%\nx86_64\n\n%REASON%\n1\n\n%PROVIDES%\n"
                        + "libc.so=6-64\n\n"))
                .File("var/lib/pacman/local/glibc-2.39-1/files", Text(
                    "%FILES%\nusr/\nusr/lib/\nusr/lib/libc.so.6\n\n%BACKUP%\netc/gai.conf\tx\n"))
                .File("usr/lib/libc.so.6", 900).File("etc/gai.conf", 5),
            l => l.File("var/lib/pacman/local/bash-5.2-1/desc", Text(
                "%NAME%\nbash\n\n%VERSION%\n5.2-1\n\n%ARCH%\nx86_64\n\n%DEPENDS%\nlibc.so>=6\n\n")));
        Assert.Equal([("glibc", 900L, 0, (bool?)false), ("bash", 0L, 1, true)],
            packages.Select(p => (p.Name, p.DiskBytes, p.Layer, p.OnPurpose)));
        Assert.Equal("pkg:alpm/arch/bash@5.2-1?arch=x86_64", packages[1].Purl);
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
    }

    [Fact]
    public async Task Opkg_says_itself_what_was_asked_for()
    {
        var packages = await ReadAsync(l => l
            .File("usr/lib/opkg/status", Text(
                "Package: libc\nVersion: 1.2\nStatus: install hold installed\nArchitecture: x86_64\nAuto-Installed: "
                    + "yes\n\n"
                + "Package: curl\nVersion: 8.1\nDepends: libc\nStatus: install user installed\nArchitecture: "
                + "x86_64\n\nPackage: gone\nVersion: 1\nStatus: deinstall user not-installed\n\n"))
            .File("usr/lib/opkg/info/libc.list", Text("/lib/libc.so\n"))
            .File("usr/lib/opkg/info/curl.list", Text("/usr/bin/curl\t0755\n"))
            .File("lib/libc.so", 60).File("usr/bin/curl", 25));
        Assert.Equal([("libc", 60L, (bool?)false), ("curl", 25L, true)],
            packages.Select(p => (p.Name, p.DiskBytes, p.OnPurpose)));
        Assert.Equal("pkg:opkg/curl@8.1?arch=x86_64", packages[1].Purl);
        Assert.Equal([packages[0].Purl], packages[1].Dependencies);
    }

    [Fact]
    public async Task Conda_counts_before_pip_in_the_same_folder()
    {
        const string record = """
            {"name":"NAME","version":"1.0","build":"py_0","channel":"https://example.org/conda-forge/noarch",
            "subdir":"noarch","fn":"x-1.0-py_0.conda",
            "depends":["DEPENDS >=1"],"requested_spec":"SPEC","files":["lib/python3/site-packages/NAME.py",
            "lib/python3/site-packages/NAME-1.0.dist-info/METADATA","../../etc/passwd"]}
            """;
        static byte[] Record(string name, string depends, string spec) =>
            Text(record.Replace("NAME", name, StringComparison.Ordinal)
                .Replace("DEPENDS", depends, StringComparison.Ordinal).Replace("SPEC", spec, StringComparison.Ordinal));
        var packages = await ReadAsync(l => l
            .File("opt/conda/conda-meta/six-1.0-py_0.json", Record("six", "base", "six"))
            .File("opt/conda/conda-meta/base-1.0-py_0.json", Record("base", "gone", "None"))
            .File("opt/conda/conda-meta/history", 100)
            .File("opt/conda/lib/python3/site-packages/six.py", 70)
            .File("opt/conda/lib/python3/site-packages/six-1.0.dist-info/METADATA", Text("Name: six\nVersion: 1.0\n")));
        var (six, wheel) = (packages.Single(p => p is { Ecosystem: "conda", Name: "six" }),
            packages.Single(p => p.Ecosystem == "pypi"));
        Assert.Equal("pkg:conda/six@1.0?build=py_0&channel=conda-forge&subdir=noarch&type=conda", six.Purl);
        Assert.Equal([packages.Single(p => p.Name == "base").Purl], six.Dependencies);
        Assert.Equal((3, true, false),
            (six.Files, six.OnPurpose == true, packages.Single(p => p.Name == "base").OnPurpose == true));
        Assert.Equal((0, six.Purl), (wheel.Files, wheel.OwnedBy));
    }

    [Fact]
    public async Task Python_modules_that_debian_packaged_count_for_debian()
    {
        const string info = "usr/lib/python3/dist-packages/six-1.16.0.egg-info/";
        var packages = await ReadAsync(l => l
            .File("var/lib/dpkg/status", Text(Installed("python3-six", "1.16")))
            .File("var/lib/dpkg/info/python3-six.list", Text(
                $"/{info}PKG-INFO\n/usr/lib/python3/dist-packages/six.py\n"))
            .File(info + "PKG-INFO", Text("Name: six\nVersion: 1.16.0\n"))
            .File("usr/lib/python3/dist-packages/six.py", 400));
        Assert.Equal([("deb", 2, null), ("pypi", 0, packages[0].Purl)],
            packages.Select(p => (p.Ecosystem, p.Files, p.OwnedBy)));
    }

    [Fact]
    public async Task Modules_count_without_the_modules_inside_them()
    {
        var packages = await ReadAsync(
            l => l.File("srv/package.json", Text("""{"dependencies":{"a":"1"},"devDependencies":{"@s/d":"1"}}"""))
                .File("srv/node_modules/.package-lock.json", Text(
                    """{"packages":{"node_modules/@s/d":{"dev":true},"node_modules/a":{}}}"""))
                .File("srv/node_modules/a/package.json", Text(
                    """{"name":"a","version":"1.0.0","dependencies":{"b":"^2"}}"""))
                .File("srv/node_modules/a/index.js", 1000)
                .File("srv/node_modules/a/old.js", 40)
                .File("srv/node_modules/a/node_modules/b/package.json", Text("""{"name":"b","version":"2.0.0"}"""))
                .File("srv/node_modules/a/node_modules/b/index.js", 70)
                .File("srv/node_modules/@s/d/package.json", Text("""{"name":"@s/d","version":"3.0.0"}""")),
            l => l.Whiteout("srv/node_modules/a/old.js").File("srv/node_modules/a/index.js", 1000, uid: 5));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(["@s/d", "a", "b"], byName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1056, 1040), (byName["a"].DiskBytes, byName["a"].WastedBytes));
        Assert.Equal([byName["b"].Purl], byName["a"].Dependencies);
        Assert.Equal("pkg:npm/%40s/d@3.0.0", byName["@s/d"].Purl);
        Assert.Equal([(true, true), (true, false), (false, false)],
            new[] { "@s/d", "a", "b" }.Select(n => (byName[n].OnPurpose == true, byName[n].Development)));
    }

    [Fact]
    public async Task Python_distributions_count_what_their_record_lists()
    {
        const string site = "usr/lib/python3/site-packages/";
        var packages = await ReadAsync(l => l
            .File(site + "requests-2.31.0.dist-info/METADATA", Text(
                "Metadata-Version: 2.1\nName: Requests\nVersion: 2.31.0\nRequires-Dist: urllib3 "
                    + "(<3,>=1.21.1)\nRequires-Dist: PySocks; extra == 'socks'\n\nbody\n"))
            .File(site + "requests-2.31.0.dist-info/RECORD", Text(
                "requests/__init__.py,sha256=x,50\n../../../bin/req,,\n\"requests/a,b.py\",,\n"))
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
}
