using System.Text;

namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>All names of a file count for what is read of it (cases 03b, 10 and 11).</summary>
public sealed class HardLinkedFileTests
{
    private const string Module = "node_modules/.pnpm/is-odd@3.0.1/node_modules/is-odd/package.json";

    private const string Info = "lib/python3.12/site-packages/flask-3.0.3.dist-info/METADATA";

    private static readonly byte[] Manifest = Text("{\n  \"name\": \"is-odd\",\n  \"version\": \"3.0.1\"\n}\n");

    private static readonly byte[] Metadata = Text("Metadata-Version: 2.1\nName: Flask\nVersion: 3.0.3\n\n");

    [Fact]
    public async Task A_link_may_stand_before_its_file_and_lead_to_another_link()
    {
        Assert.Equal(["is-odd 3.0.1"], await PackagesAsync(l => l
            .HardLink("app/" + Module, "zzz/files/ab/cdef01")
            .File("zzz/files/ab/cdef01", Manifest)));
        Assert.Equal(["is-odd 3.0.1"], await PackagesAsync(l => l
            .File("./opt/cas/9a8b", Manifest).HardLink("./srv/" + Module, "./opt/cas/9a8b")));
        Assert.Equal(["is-odd 3.0.1"], await PackagesAsync(l => l
            .File("a/b", Manifest).HardLink("c/d", "a/b").HardLink("srv/" + Module, "/c/d")));
    }

    [Fact]
    public async Task Two_places_that_use_a_file_are_two_packages() => Assert.Equal(
        ["is-odd 3.0.1", "is-odd 3.0.1"], await PackagesAsync(l => l
            .File("root/.local/share/pnpm/store/v10/files/ab/cdef01", Manifest)
            .HardLink("a/" + Module, "root/.local/share/pnpm/store/v10/files/ab/cdef01")
            .HardLink("b/" + Module, "root/.local/share/pnpm/store/v10/files/ab/cdef01")));

    [Fact]
    public async Task A_store_that_a_later_layer_removes_takes_nothing_away() => Assert.Equal(
        ["Flask 3.0.3", "is-odd 3.0.1"], await PackagesAsync(
            l => l.File("root/store/x", Manifest).File("root/store/y", Metadata)
                .HardLink("srv/" + Module, "root/store/x").HardLink("venv/" + Info, "root/store/y"),
            l => l.Whiteout("root/store")));

    [Fact]
    public async Task A_file_that_an_upper_layer_links_again_is_the_same_file() => Assert.Equal(
        ["Flask 3.0.3"], await PackagesAsync(
            l => l.File("root/.cache/uv/archive-v0/X/flask-3.0.3.dist-info/METADATA", Metadata),
            l => l.HardLink("venv/" + Info, "root/.cache/uv/archive-v0/X/flask-3.0.3.dist-info/METADATA"),
            l => l.Whiteout("root/.cache")));

    [Fact]
    public async Task With_its_cache_kept_a_package_is_where_it_is_used()
    {
        var result = await AnalyzeAsync(l => l
            .File("root/.cache/uv/archive-v0/Xy12/flask-3.0.3.dist-info/METADATA", Metadata)
            .File("root/.cache/uv/archive-v0/Xy12/flask/__init__.py", Text("import\n"))
            .HardLink("usr/app/.venv/" + Info, "root/.cache/uv/archive-v0/Xy12/flask-3.0.3.dist-info/METADATA"));
        var package = Assert.Single(result.Packages.All);
        Assert.Equal("Flask", package.Name);
        Assert.Equal(
            "/usr/app/.venv/" + Info,
            result.Tree.PathOf(Assert.Single(result.Packages.Claims).Database));
    }

    [Fact]
    public async Task A_database_that_ostree_links_is_read()
    {
        var result = await AnalyzeAsync(l => l
            .File("sysroot/ostree/repo/objects/ab/cd.file",
                Text("Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36\n\n"))
            .File("sysroot/ostree/repo/objects/ab/ef.file", Text("NAME=\"Debian\"\nID=debian\nVERSION_ID=12\n"))
            .HardLink("usr/lib/os-release", "sysroot/ostree/repo/objects/ab/ef.file")
            .HardLink("var/lib/dpkg/status", "sysroot/ostree/repo/objects/ab/cd.file"));
        Assert.Equal("pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12", Assert.Single(result.Packages.All).Purl);
    }

    [Fact]
    public async Task What_no_link_names_is_not_kept()
    {
        var result = await AnalyzeAsync(l => l.File("store/a", Manifest).File("store/b", Manifest)
            .HardLink("srv/data.json", "store/a"));
        Assert.Empty(result.Facts.Layers[0].Layer.Captures);
    }

    [Fact]
    public async Task A_links_target_is_a_name_of_the_same_file()
    {
        var files = (await AnalyzeAsync(
            l => l.File("d/a", 5).HardLink("d/b", "d/a").HardLink("d/c", "d/b").HardLink("d/e", "nowhere"),
            l => l.Whiteout("d/a"),
            l => l.Symlink("d/a", "c"))).Tree.Listing();
        Assert.Equal(("hardlink", "/d/c"), (files["/d/b"].Kind, files["/d/b"].LinkTarget));
        Assert.Equal(("hardlink", "/d/b"), (files["/d/c"].Kind, files["/d/c"].LinkTarget));
        Assert.Equal(("hardlink", null), (files["/d/e"].Kind, files["/d/e"].LinkTarget));
        Assert.Equal(("symlink", "c"), (files["/d/a"].Kind, files["/d/a"].LinkTarget));
    }

    [Fact]
    public async Task The_last_name_of_a_file_leads_nowhere() => Assert.Null(
        (await AnalyzeAsync(l => l.File("a", 5).HardLink("b", "a"), l => l.Whiteout("a")))
            .Tree.Listing()["/b"].LinkTarget);

    [Fact]
    public async Task A_link_whose_middle_was_replaced_names_the_file_itself()
    {
        var files = (await AnalyzeAsync(
            l => l.File("a", 5).HardLink("b", "a").HardLink("c", "b"),
            l => l.File("b", 7))).Tree.Listing();
        Assert.Equal(("hardlink", "/a"), (files["/c"].Kind, files["/c"].LinkTarget));
        Assert.Equal("file", files["/b"].Kind);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<ImageAnalysis> AnalyzeAsync(params Action<LayerBuilder>[] layers)
    {
        var image = new ArchiveBuilder();
        foreach (var layer in layers)
            image.WithLayer(layer);
        return Images.AnalyzeAsync(image);
    }

    private static async Task<List<string>> PackagesAsync(params Action<LayerBuilder>[] layers) =>
        [.. (await AnalyzeAsync(layers)).Packages.All.Select(p => $"{p.Name} {p.Version}").Order(
            StringComparer.Ordinal)];
}
