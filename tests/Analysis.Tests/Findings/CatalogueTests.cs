using System.IO.Compression;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>Each path list: what it means is found, with its confidence, and what stands beside it is not.</summary>
public sealed class CatalogueTests
{
    private const int Size = 600_000;

    private static readonly string[] Variables =
    [
        "CARGO_HOME=/opt/cargo", "UV_CACHE_DIR=/opt/uv", "HF_HOME=/models/hf", "GOPATH=/:/p1:/p2",
        "PIP_CACHE_DIR=/srv/", "YARN_CACHE_FOLDER=relative", "HOME=/opt/app", "XDG_CACHE_HOME=/xdg",
        "XDG_DATA_HOME=/xdg/share", "GRADLE_USER_HOME=/opt/gradle-home", "COMPOSER_CACHE_DIR=/tmp",
        "POETRY_CACHE_DIR=/app", "CCACHE_DIR=/root/.cache",
    ];

    [Theory]
    [InlineData("etc/apk/cache/x.apk", "package-cache-apk-0")]
    [InlineData("var/cache/libdnf5/x", "package-cache-dnf-0")]
    [InlineData("var/lib/dnf/history.sqlite", "package-cache-dnf-0")]
    [InlineData("var/cache/zypp/packages/x", "package-cache-zypper-0")]
    [InlineData("var/cache/pacman/pkg/x", "package-cache-pacman-0")]
    [InlineData("var/cache/tdnf/x", "package-cache-tdnf-0")]
    [InlineData("var/cache/xbps/x", "package-cache-xbps-0")]
    [InlineData("var/cache/distfiles/x", "package-cache-portage-0")]
    [InlineData("var/opkg-lists/x", "package-cache-opkg-0")]
    [InlineData("root/.cache/Homebrew/x", "package-cache-brew-0")]
    [InlineData("opt/uv/wheels/x", "package-cache-uv-0")]
    [InlineData("root/.cache/uv/x", "package-cache-uv-0")]
    [InlineData("root/.cache/pypoetry/artifacts/x", "package-cache-poetry-0")]
    [InlineData("root/.cache/pipenv/x", "package-cache-pdm-0")]
    [InlineData("opt/miniconda3/pkgs/x", "package-cache-conda-0")]
    [InlineData("home/dev/.cache/node-gyp/x", "package-cache-npm-0")]
    [InlineData("usr/local/share/.cache/yarn/v6/x", "package-cache-yarn-0")]
    [InlineData("root/.local/share/pnpm/store/x", "package-cache-pnpm-0")]
    [InlineData("root/.yarn/berry/cache/x.zip", "package-cache-yarn-berry-0")]
    [InlineData("root/.bun/install/cache/x", "package-cache-bun-0")]
    [InlineData("var/cache/zypper/x", "package-cache-zypper-0")]
    [InlineData("srv/any/_cacache/content-v2/x", "package-cache-npm-0")] // Wherever .npmrc says.
    [InlineData("srv/any/v6/npm-a-1.0.0-abc/node_modules/a/x", "package-cache-yarn-0")] // Wherever .yarnrc says.
    [InlineData("xdg/pip/http-v2/x", "package-cache-pip-0")]
    [InlineData("xdg/share/pnpm/store/x", "package-cache-pnpm-0")]
    [InlineData("p1/pkg/mod/x", "package-cache-go-0")]
    [InlineData("p2/pkg/sumdb/x", "package-cache-go-0")]
    [InlineData("srv/target/x86_64-unknown-linux-musl/release/deps/x", "package-cache-cargo-0")]
    [InlineData("usr/local/bundle/ruby/3.3.0/cache/x.gem", "package-cache-gem-0")]
    [InlineData("opt/gradle-home/jdks/x", "package-cache-gradle-0")]
    [InlineData("srv/node_modules/.cache/x", "package-cache-js-build-0")]
    [InlineData("srv/app.tsbuildinfo", "package-cache-js-build-0")]
    [InlineData("opt/cargo/registry/src/x", "package-cache-cargo-0")]
    [InlineData("srv/target/release/deps/x", "package-cache-cargo-0")]
    [InlineData("go/pkg/mod/x", "package-cache-go-0")]
    [InlineData("root/.cache/go-build/x", "package-cache-go-0")]
    [InlineData("root/.m2/repository/x", "package-cache-maven-0")]
    [InlineData("srv/app/target/surefire-reports/TEST-x.xml", "package-cache-maven-0")]
    [InlineData("srv/app/target/app-1.jar.original", "package-cache-maven-0")]
    [InlineData("srv/app/build/test-results/test/x.bin", "package-cache-gradle-0")]
    [InlineData("root/.gradle/wrapper/dists/x", "package-cache-gradle-0")]
    [InlineData("root/.ivy2/cache/x", "package-cache-ivy-0")]
    [InlineData("root/.nuget/packages/x", "package-cache-nuget-0")]
    [InlineData("tmp/NuGetScratch/x", "package-cache-nuget-0")]
    [InlineData("usr/local/bundle/cache/x.gem", "package-cache-gem-0")]
    [InlineData("root/.composer/cache/x", "package-cache-composer-0")]
    [InlineData("root/.cpanm/work/x", "package-cache-cpan-0")]
    [InlineData("root/.stack/x", "package-cache-haskell-0")]
    [InlineData("srv/_build/test/x", "package-cache-elixir-0")]
    [InlineData("opt/app/.ccache/x", "package-cache-compiler-0")]
    [InlineData("srv/.mypy_cache/x", "package-cache-compiler-0")]
    [InlineData("var/lib/dpkg/status-old", "package-backups-dpkg-0")]
    [InlineData("root/.bash_history", "temporary-files-litter-0")]
    [InlineData("app/java_pid7.hprof", "temporary-files-crash-0")]
    [InlineData("app/Heap-20260101.heapsnapshot", "temporary-files-crash-0")]
    public Task Caches_and_leftovers_of_shells_and_editors_are_safe(string path, params string[] ids) =>
        IsFoundAsync(path, ids, Confidence.Safe);

    [Theory]
    [InlineData("var/tmp/x", "temporary-files-tmp-0")]
    [InlineData("var/log/lastlog", "temporary-files-log-0")]
    [InlineData("usr/lib/gcc/x86_64-linux-gnu/12/cc1plus", "build-toolchain-gcc-0")]
    [InlineData("usr/include/stdio.h", "build-toolchain-headers-0")]
    [InlineData("usr/lib/x86_64-linux-gnu/libc.a", "build-toolchain-static-0")]
    [InlineData("usr/local/go/bin/go", "build-toolchain-go-0")]
    [InlineData("usr/local/rustup/toolchains/x", "build-toolchain-rust-0")]
    [InlineData("usr/local/cargo/bin/rustc", "build-toolchain-rust-0")]
    [InlineData("usr/share/dotnet/sdk/10.0.100/x.dll", "build-toolchain-dotnet-0")]
    [InlineData("usr/lib/jvm/java-17/jmods/java.base.jmod", "build-toolchain-jdk-0")]
    [InlineData("root/.cache/coursier/v1/x.jar", "package-cache-coursier-0")]
    [InlineData("root/.stack/snapshots/x", "package-cache-haskell-store-0")]
    [InlineData("tmp/x", "temporary-files-tmp-0")] // COMPOSER_CACHE_DIR=/tmp says nothing of all that is there.
    public Task Files_that_a_running_program_seldom_needs_are_probable(string path, string id) =>
        IsFoundAsync(path, [id], Confidence.Probable);

    [Theory]
    [InlineData("opt/x.deb", "leftover-archives-doubtful-0")] // Not installed here.
    [InlineData("usr/share/doc/git/README", "documentation-doc-0")]
    [InlineData("usr/share/man/man1/ls.1.gz", "documentation-doc-0")]
    [InlineData("var/lib/gems/3.1.0/doc/rake-13/ri/Rake/cdesc-Rake.ri", "documentation-gem-0")]
    [InlineData("usr/share/locale/de/LC_MESSAGES/git.mo", "documentation-locale-0")]
    [InlineData("usr/lib/debug/x", "debug-symbols-elf-0")]
    [InlineData("app/App.pdb", "debug-symbols-pdb-0")]
    [InlineData("app/bundle.js.map", "debug-symbols-map-0")]
    [InlineData("usr/lib/python3/x.pyc", "bytecode-and-tests-pyc-0")]
    [InlineData("usr/lib/python3.11/unittest/test/x.py", "bytecode-and-tests-tests-0")]
    [InlineData("root/.cache/ms-playwright/chrome", "runtime-downloads-browsers-0")]
    [InlineData("models/hf/hub/x", "runtime-downloads-models-0")]
    [InlineData("srv/node_modules/playwright-core/.local-browsers/x", "runtime-downloads-browsers-0")]
    [InlineData("srv/node_modules/.cache/puppeteer/x", "runtime-downloads-browsers-0")]
    [InlineData("srv/types/a.d.ts.map", "debug-symbols-map-0")]
    [InlineData("srv/jquery.min.map", "debug-symbols-map-0")]
    [InlineData("root/.cache/deno/x", "package-cache-deno-0")]
    public Task Files_whose_use_is_not_known_are_a_maybe(string path, string id) =>
        IsFoundAsync(path, [id], Confidence.Maybe);

    [Theory]
    [InlineData("usr/share/doc/git/copyright")]
    [InlineData("usr/lib/locale/C.utf8/LC_CTYPE")]
    [InlineData("usr/share/locale/locale.alias")]
    [InlineData("root/.cache/pypoetry/virtualenvs/app/x")]
    [InlineData("pkg/mod/x")] // / in GOPATH means nothing.
    [InlineData("srv/.yarn/cache/x.zip")] // Not unpacked into node_modules: it may be all that is there.
    [InlineData("root/.cache/other/x")] // CCACHE_DIR=/root/.cache is everybody's.
    [InlineData("app/cache/x")] // POETRY_CACHE_DIR=/app, as well.
    [InlineData("srv/v6/npm-a/x")]
    [InlineData("usr/share/keymaps/us.map")]
    [InlineData("srv/atlas.map")]
    [InlineData("srv/.stack-work/install/x86_64-linux/bin/app")]
    [InlineData("root/.cache/pdm/packages/x")]
    [InlineData("srv/target/release/build/torch-1/out/libtorch.so")]
    [InlineData("opt/python/lib/python3.12/ensurepip/_bundled/pip.whl")]
    [InlineData("opt/venv/lib/python3.12/site-packages/virtualenv/seed/wheels/embed/pip.whl")]
    [InlineData("opt/cargo/config.toml")]
    [InlineData("usr/lib/jvm/java-17/lib/modules")]
    [InlineData("usr/share/dotnet/shared/Microsoft.NETCore.App/x.dll")]
    [InlineData("usr/lib/gcc/x86_64-linux-gnu/12/libgcc_s.so.1")]
    [InlineData("usr/share/app/data.deb")]
    [InlineData("srv/data.zip")]
    [InlineData("srv/map")]
    [InlineData("tmpfile")]
    [InlineData("srv/target/release/app")]
    [InlineData("srv/test/fixture.json")] // Not from the context.
    [InlineData("var/lib/postgresql/core")]
    [InlineData("core/app")]
    [InlineData("srv/app")] // No cache may be all of /srv.
    [InlineData("relative/app")]
    [InlineData("srv/dist/.vite/manifest.json")]
    [InlineData("root/.cargo/bin/ripgrep")]
    public async Task Files_beside_these_are_not_reported(string path) =>
        Assert.Empty((await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = Variables }.WithLayer(l => l.File(path, Size)))).Findings);

    [Fact]
    public async Task A_cache_that_plug_and_play_runs_from_is_needed()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.yarn/berry/cache/x.zip", Size).File("srv/.pnp.cjs", 10));
        Assert.Empty((await Images.AnalyzeAsync(image)).Findings);
    }

    [Fact]
    public async Task An_archive_beside_its_tree_is_left_over_and_one_alone_is_not()
    {
        var body = Noise(Size);
        var unpacked = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
            l => l.File("opt/tool-1.2.tar.gz", TarGz(("tool-1.2/bin/tool", body), ("tool-1.2/README", [7])))
                .File("opt/tool-1.2/bin/tool", body).File("opt/tool-1.2/README", (byte[])[7])
                .File("opt/alone-1.2.tar.gz", TarGz(("alone", Noise(Size, 2))))));
        var finding = Assert.Single(unpacked.Findings);
        Assert.Equal(("leftover-archives", "/opt/tool-1.2.tar.gz", Confidence.Probable),
            (finding.RuleId, Assert.Single(finding.Paths).Path, finding.Confidence));
    }

    [Theory]
    [InlineData("opt/tool.tar.gz", 1, "RUN fetch", Confidence.Probable)]
    [InlineData("opt/tool.tar", 1, "RUN fetch", Confidence.Probable)]
    [InlineData("opt/tool.zip", 1, "RUN fetch", Confidence.Probable)]
    [InlineData("opt/tool.zip", 3, "RUN fetch", Confidence.Maybe)] // Another build of it.
    [InlineData("opt/tool.tar.gz", 3, "RUN fetch", Confidence.Maybe)]
    [InlineData("opt/tool.tar.gz", 3, "RUN tar -xf /opt/tool.tar.gz", Confidence.Maybe)]
    [InlineData("opt/tool.tar.gz", 1, "COPY . /opt", Confidence.Maybe)] // A site has both.
    [InlineData("opt/tool.tar.xz", 1, "RUN fetch", Confidence.Maybe)] // Not looked into.
    [InlineData("opt/tool.tar.xz", 1, "RUN tar -xf /opt/tool.tar.xz", Confidence.Probable)]
    [InlineData("opt/tool.tar.xz", 1, "RUN start /opt/tool.tar.xz", Confidence.Maybe)]
    public async Task An_archive_is_compared_with_what_lies_beside_it(
        string path, int seed, string run, Confidence confidence)
    {
        var member = ("tool/bin/tool", Noise(2 * Size, seed));
        var archive = path.EndsWith("gz", StringComparison.Ordinal) ? TarGz(member)
            : path.EndsWith("tar", StringComparison.Ordinal) ? Tar(member)
            : path.EndsWith("zip", StringComparison.Ordinal) ? Zip(member) : Noise(Size, 9);
        var image = new ArchiveBuilder().WithLayer(
            l => l.File(path, archive).File("opt/tool/bin/tool", Noise(2 * Size, 1)), run);
        Assert.Equal(confidence, Assert.Single(
            (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "leftover-archives").Confidence);
    }

    private static byte[] Noise(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Tar(params (string Path, byte[] Body)[] files)
    {
        var tar = new LayerBuilder();
        foreach (var (path, body) in files)
            tar.File(path, body);
        return tar.ToArray();
    }

    private static byte[] TarGz(params (string Path, byte[] Body)[] files) => ArchiveBuilder.Gzip(Tar(files));

    private static byte[] Zip((string Path, byte[] Body) file)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry(file.Path).Open())
            entry.Write(file.Body);
        return stream.ToArray();
    }

    [Theory]
    [InlineData("wheels/app_core-1.4.tar.gz", true)]
    [InlineData("wheels/app_core-1.5.tar.gz", false)] // Another version: it is not known to be installed.
    [InlineData("wheels/other-1.4.tar.gz", false)]
    [InlineData("opt/scope-tool-2.0.0.tgz", true)]
    [InlineData("tmp2/rake-13.0.gem", true)]
    [InlineData("tmp2/rack-3.0.gem", false)]
    public async Task The_archive_of_an_installed_version_is_left_over(string path, bool told)
    {
        var image = new ArchiveBuilder().WithLayer(l => l
            .File("usr/lib/python3/site-packages/app_core-1.4.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: app.core\nVersion: 1.4\n"u8.ToArray())
            .File("srv/node_modules/@scope/tool/package.json",
                """{"name":"@scope/tool","version":"2.0.0"}"""u8.ToArray())
            .File("var/lib/gems/3.1.0/specifications/rake-13.0.gemspec",
                "Gem::Specification.new do |s|\n  s.name = \"rake\".freeze\n  s.version = \"13.0\"\nend\n"u8.ToArray())
            .File(path, Size));
        Assert.Equal(told ? [("leftover-archives-0", Confidence.Probable)]
            : [], (await Images.AnalyzeAsync(image)).Findings.Select(f => (f.Id, f.Confidence)));
    }

    [Theory]
    [InlineData(true, "PATH=/usr/bin", "python3", "-m", "shop")]
    [InlineData(true, "PATH=/usr/bin", "/usr/bin/gunicorn", "shop:app")]
    [InlineData(false, "PATH=/srv/.venv/bin:/usr/bin", "python3", "-m", "shop")]
    [InlineData(false, "PATH=/usr/bin", "/srv/.venv/bin/python", "-m", "shop")]
    [InlineData(false, "PATH=/usr/bin", "uv", "run", "shop")]
    [InlineData(false, "PATH=/usr/bin", "/srv/start.sh")]
    public async Task A_virtual_environment_that_nothing_starts_from_is_counted(
        bool unused, string path, params string[] command)
    {
        var image = new ArchiveBuilder { Environment = [path], Command = command }.WithLayer(
            l => l.File("srv/shop/__init__.py", 10).File("srv/.venv/pyvenv.cfg", 50, 'y')
                .File("srv/.venv/bin/python", 50, 'p').File("srv/.venv/lib/x.so", Size), "COPY . /srv # buildkit");
        var finding = Assert.Single(
            (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "copied-dependencies");
        Assert.Equal(unused ? ("copied-dependencies-unused-0", Confidence.Probable, Size + 100)
            : ("copied-dependencies-0", Confidence.Maybe, 0), (finding.Id, finding.Confidence, finding.DiskBytes));
    }

    [Fact]
    public async Task Archives_downloaded_by_apt_source_are_found_beside_their_tree()
    {
        var findings = (await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
            l => l.File("opt/zstd_1.5-1.dsc", 100, 'd').File("opt/zstd_1.5.orig.tar.xz", Size)
                .File("opt/zstd_1.5-1.debian.tar.xz", Size, 'y').File("opt/other_1.orig.tar.gz", Size, 'z'))))
            .Findings;
        Assert.Equal(
            ["/opt/zstd_1.5-1.debian.tar.xz", "/opt/zstd_1.5.orig.tar.xz"],
            Assert.Single(findings, f => f.RuleId == "leftover-archives").Paths.Select(p => p.Path)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cache_that_is_linked_into_what_is_used_is_not_counted()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l
            .File("opt/conda/pkgs/a/lib.so", 5000).HardLink("opt/conda/lib/lib.so", "opt/conda/pkgs/a/lib.so")
            .File("opt/conda/pkgs/a/info", 700, 'y').HardLink("opt/conda/pkgs/a/info2", "opt/conda/pkgs/a/info")));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("package-cache-conda-0", 700L, 1), (finding.Id, finding.DiskBytes, finding.PathCount));
    }

    [Theory]
    [InlineData("srv/.vscode/settings.json", ".vscode")]
    [InlineData("srv/.github/workflows/ci.yml", ".github")]
    [InlineData("srv/logs/app.log", "logs")]
    [InlineData("srv/test/a.test.js", "test")]
    [InlineData("srv/coverage/lcov.info", "coverage")]
    [InlineData("srv/dist/bundle.js", "dist")]
    public async Task Local_files_are_reported_when_they_were_copied_from_the_context(string path, string name)
    {
        var copied = await Images.AnalyzeAsync(Project("COPY . /srv # buildkit", path));
        var finding = Assert.Single(copied.Findings, f => f.RuleId == "local-files");
        // A program may serve a dist with nothing in it that shows that it is none of its own.
        Assert.Equal((Size, name == "dist" ? Confidence.Maybe : Confidence.Probable),
            (finding.DiskBytes, finding.Confidence));
        Assert.NotEqual(Severity.High, finding.Severity);
        Assert.Contains(name, finding.Title + finding.Fix.Snippet, StringComparison.Ordinal);
        foreach (var instruction in new[]
        {
            "RUN /bin/sh -c git clone x # buildkit", "COPY --from=build /srv /srv # buildkit"
        })
            Assert.DoesNotContain(
                (await Images.AnalyzeAsync(Project(instruction, path))).Findings, f => f.RuleId == "local-files");
    }

    [Fact]
    public async Task Build_output_that_the_image_starts_is_the_product()
    {
        var image = Project("COPY . /srv # buildkit", "srv/dist/bundle.js", "CMD [\"node\",\"dist/bundle.js\"]");
        Assert.DoesNotContain((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "local-files");
    }

    [Fact]
    public async Task Dependencies_that_a_later_install_brings_again_are_not_reported()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("srv/node_modules/a/i.js", Size), "COPY . /srv # buildkit")
            .WithLayer(l => l.File("srv/other", 10), "RUN /bin/sh -c npm install # buildkit");
        Assert.DoesNotContain((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "copied-dependencies");
    }

    [Theory]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", true)]
    [InlineData("/bin/sh -c apk update", true)]
    [InlineData("RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit", false)]
    [InlineData("RUN /bin/sh -c apk update && apk add curl # buildkit", false)]
    [InlineData("COPY apt-get-update.sh / # buildkit", false)]
    public async Task A_package_index_update_without_an_install_is_reported(string createdBy, bool told)
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File("x", 10), createdBy));
        Assert.Equal(told, result.Findings.Any(f => f.RuleId == "update-alone" && f.KnownAs.Contains("CIS-DI-0007")));
    }

    private static ArchiveBuilder Project(
        string instruction, string path, string command = "CMD [\"node\",\"server.js\"]") => new ArchiveBuilder()
        .WithLayer(l => l.File("srv/package.json", 30).File("srv/.git/HEAD", 20).File("srv/server.js", 40)
            .File(path, Size, 'z'), instruction)
        .WithEmptyHistory(command);

    private static async Task IsFoundAsync(string path, string[] ids, Confidence confidence)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = Variables }.WithLayer(l => l.File(path, Size)));
        Assert.Equal(ids, result.Findings.Select(f => f.Id).Order(StringComparer.Ordinal));
        var finding = result.Findings.First(f => f.Id == ids[0]);
        Assert.Equal((Size, confidence, "/" + path), (finding.DiskBytes, finding.Confidence, finding.Paths[0].Path));
    }
}
