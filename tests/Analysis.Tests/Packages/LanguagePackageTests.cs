using System.IO.Compression;
using System.Text;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>Catalogues of what runs inside an application: archives, programs, gems, libraries.</summary>
public sealed class LanguagePackageTests
{
    private static Task<IReadOnlyList<Package>> ReadAsync(params Action<LayerBuilder>[] layers) =>
        PackageTests.ReadAsync(layers);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task An_archive_has_the_bytes_of_what_is_inside_it()
    {
        var inner = CaptureTests.Jar(
            ("META-INF/maven/org.g/inner/pom.properties", Text("version=2\ngroupId=org.g\nartifactId=inner\n")));
        var unnamed = CaptureTests.Jar(
            ("META-INF/MANIFEST.MF", Text("Manifest-Version: 1.0\nImplementation-Version: 6.1\n\n")));
        var outer = CaptureTests.Jar(
            ("META-INF/maven/org.h/app/pom.properties", Text("version=1\ngroupId=org.h\nartifactId=app\n")),
            ("META-INF/maven/org.h/shaded/pom.properties", Text("version=3\ngroupId=org.h\nartifactId=shaded\n")),
            ("BOOT-INF/lib/inner-2.jar", inner), ("BOOT-INF/lib/spring-core-6.1.0.jar", unnamed));
        var packages = await ReadAsync(
            l => l.File("srv/app-1.jar", outer).File("srv/notes.txt", 9), l => l.File("srv/app-1.jar", outer, uid: 7));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(["org.g:inner", "org.h:app", "org.h:shaded", "spring-core"], byName.Keys.Order(
            StringComparer.Ordinal));
        var app = byName["org.h:app"];
        Assert.Equal((outer.Length, outer.Length, 1, 0, "/srv/app-1.jar"),
            (app.DiskBytes, app.WastedBytes, app.Files, app.Layer, app.FoundAt));
        Assert.Equal("pkg:maven/org.h/app@1", app.Purl);
        Assert.Equal(packages.Skip(1).Select(p => p.Purl).Order(), app.Dependencies.Order());
        Assert.Equal(
            (0L, "/srv/app-1.jar!/BOOT-INF/lib/inner-2.jar", app.Purl),
            (byName["org.g:inner"].DiskBytes, byName["org.g:inner"].FoundAt, byName["org.g:inner"].OwnedBy));
        Assert.Equal(("6.1.0", "pkg:generic/spring-core@6.1.0"),
            (byName["spring-core"].Version, byName["spring-core"].Purl));
        Assert.Equal("maven", byName["spring-core"].Ecosystem);
        Assert.Null(app.OwnedBy);
    }

    [Theory]
    [InlineData("guice.jar", "Bundle-SymbolicName: com.google.inject\nBundle-Version: 4.2.3\n",
        "guice 4.2.3, cglib:cglib 3.2.12")]
    [InlineData("renamed.jar", "", "cglib:cglib 3.2.12")]
    [InlineData("renamed.jar", "Implementation-Version: 3.2.12.final\n", "cglib:cglib 3.2.12")]
    [InlineData("cg_lib-9.jar", "Implementation-Version: 9\n", "cglib:cglib 3.2.12")]
    [InlineData("x.jar", "Bundle-SymbolicName: net.sf.cglib;singleton\nBundle-Version: 1\n", "cglib:cglib 3.2.12")]
    public async Task What_was_merged_into_an_archive_is_not_taken_for_it(string file, string manifest, string expected)
    {
        var jar = CaptureTests.Jar(
            ("META-INF/MANIFEST.MF", Text(manifest)),
            ("META-INF/maven/cglib/cglib/pom.properties", Text("version=3.2.12\ngroupId=cglib\nartifactId=cglib\n")));
        var packages = await ReadAsync(l => l.File("lib/" + file, jar));
        Assert.Equal(expected, string.Join(", ", packages.Select(p => $"{p.Name} {p.Version}")));
        Assert.Equal(jar.Length, packages[0].DiskBytes);
    }

    [Fact]
    public async Task An_archive_that_states_nothing_is_named_by_its_file_and_no_archive_is_none()
    {
        var nothing = CaptureTests.Jar(("a.class", [1, 2, 3]));
        Assert.Empty(await ReadAsync(l => l.File("x.jar", Text("no zip at all"))));
        Assert.Empty(await ReadAsync(l => l.File("x.jar", nothing)));
        var package = Assert.Single(
            await ReadAsync(
                l => l.File("lib/log4j-1.2-api-2.17.jar", CaptureTests.Jar(
                    ("META-INF/MANIFEST.MF", Text("Implementation-Vendor-Id: org.x\n"))))));
        Assert.Equal(("org.x:log4j-1.2-api", "2.17"), (package.Name, package.Version));
    }

    [Fact]
    public async Task A_go_program_has_the_bytes_of_its_modules()
    {
        const string lines =
            "path\texample.org/App/cmd\nmod\texample.org/App\tv1.2.3+incompatible\t\n"
                + "dep\tgolang.org/x/sys\tv0.20.0\th1:x=\n"
            + "dep\texample.org/a\tv1.0.0\n=>\texample.org/fork\tv1.0.1\th1:y=\ndep\texample.org/local\tv1.0.0\n"
            + "=>\t./local\t(devel)\t\nbuild\t-compiler=gc\n";
        var packages = await ReadAsync(l => l.File("app", CaptureTests.GoProgram(4000, lines), mode: 0x1ed));
        Assert.Equal(
            [("example.org/App", "v1.2.3+incompatible"), ("stdlib", "1.22.1"), ("golang.org/x/sys", "v0.20.0"),
                ("example.org/fork", "v1.0.1"), ("example.org/local", "v1.0.0")],
            packages.Select(p => (p.Name, p.Version)));
        Assert.Equal("pkg:golang/example.org/app@v1.2.3%2Bincompatible", packages[0].Purl);
        Assert.Equal((4000, 1), (packages[0].DiskBytes, packages[0].Files));
        Assert.Equal(packages.Skip(1).Select(p => p.Purl), packages[0].Dependencies);
        Assert.All(packages.Skip(
            1), p => Assert.Equal((0, "/app", packages[0].Purl), (p.DiskBytes, p.FoundAt, p.OwnedBy)));
    }

    [Fact]
    public async Task A_program_that_debian_packaged_counts_for_debian()
    {
        var packages = await ReadAsync(l => l
            .File("var/lib/dpkg/status", Text(PackageTests.Installed("skopeo", "1.9")))
            .File("var/lib/dpkg/info/skopeo.list", Text("/usr/bin/skopeo\n"))
            .File("usr/bin/skopeo", CaptureTests.GoProgram(4000, "path\tcommand-line-arguments\n"), mode: 0x1ed));
        Assert.Equal(["skopeo", "command-line-arguments", "stdlib"], packages.Select(p => p.Name));
        Assert.Equal([4000L, 0L, 0L], packages.Select(p => p.DiskBytes));
        Assert.Equal([null, packages[0].Purl, packages[0].Purl], packages.Select(p => p.OwnedBy));
    }

    [Fact]
    public async Task A_rust_program_says_what_crates_it_was_made_of()
    {
        const string crates = """
            {"packages":[{"name":"adler","version":"0.2.3","source":"registry"},{"name":"cc","version":"1.0.0",
            "source":"registry","kind":"build"},
            {"name":"app","version":"0.1.0","source":"local","dependencies":[0,1,99],"root":true}]}
            """;
        var packages = await ReadAsync(l => l.File(
            "usr/bin/app", RustProgram(crates), mode: 0x1ed).File("usr/bin/plain", RustProgram("{}"), mode: 0x1ed));
        Assert.Equal(["pkg:cargo/app@0.1.0", "pkg:cargo/adler@0.2.3"], packages.Select(p => p.Purl));
        Assert.Equal([packages[1].Purl], packages[0].Dependencies);
        Assert.Equal([RustProgram(crates).Length, 0L], packages.Select(p => p.DiskBytes));
        Assert.Equal(packages[0].Purl, packages[1].OwnedBy);
    }

    [Fact]
    public async Task Net_libraries_are_the_assets_beside_their_list()
    {
        const string list = """
            {"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{"other":{},".NETCoreApp,Version=v8.0":{
            "App/1.0.0":{"dependencies":{"Newtonsoft.Json":"13.0.3"},"runtime":{"App.dll":{}}},
            "Newtonsoft.Json/13.0.3":{"runtime":{"lib/net6.0/Newtonsoft.Json.dll":{}},
            "resources":{"lib/net6.0/cs/N.resources.dll":{"locale":"cs"}},"dependencies":{"SQLite.Native":"1.0.0"}},
            "SQLite.Native/1.0.0":{"runtimeTargets":{"runtimes/linux-x64/native/libe.so":{"rid":"linux-x64",
            "assetType":"native"}}},
            "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"native":{"libclrjit.so":{}}}}},
            "libraries":{"App/1.0.0":{"type":"project"},"Newtonsoft.Json/13.0.3":{"type":"package"},
            "SQLite.Native/1.0.0":{"type":"package"},"Gone/1.0.0":{"type":"package"},
            "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}
            """;
        var packages = await ReadAsync(l => l.File("app/App.deps.json", Text(list))
            .File("app/App.dll", 10).File("app/Newtonsoft.Json.dll", 200).File("app/cs/N.resources.dll", 30)
            .File("app/runtimes/linux-x64/native/libe.so", 4000).File("app/libclrjit.so", 50000));
        Assert.Equal(
            [("pkg:nuget/Newtonsoft.Json@13.0.3", 230L, (bool?)true), ("pkg:nuget/SQLite.Native@1.0.0", 4000L, false),
                ("pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1", 50000L, false)],
            packages.Select(p => (p.Purl, p.DiskBytes, p.OnPurpose)));
        Assert.Equal([packages[1].Purl], packages[0].Dependencies);
    }

    [Fact]
    public async Task The_shared_framework_of_this_machine_is_a_package_with_all_its_assemblies()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var assemblies = Directory.GetFiles(folder);
        var packages = await ReadAsync(l =>
        {
            foreach (var file in assemblies)
                if (file.EndsWith(".deps.json", StringComparison.Ordinal))
                    l.File("usr/share/dotnet/shared/x/" + Path.GetFileName(file), File.ReadAllBytes(file));
                else
                    l.File("usr/share/dotnet/shared/x/" + Path.GetFileName(file), 1);
        });
        var framework = Assert.Single(packages);
        Assert.StartsWith("Microsoft.NETCore.App.Runtime.", framework.Name, StringComparison.Ordinal);
        Assert.InRange(framework.Files, assemblies.Length - 15, assemblies.Length);
    }

    [Fact]
    public async Task Gems_count_their_folder_and_what_was_compiled_for_them()
    {
        const string home = "usr/local/bundle/";
        var packages = await ReadAsync(l => l
            .File(home + "specifications/nokogiri-1.15.4-x86_64-linux.gemspec", Text("""
                # -*- encoding: utf-8 -*-
                # stub: nokogiri 1.15.4 x86_64-linux lib

                Gem::Specification.new do |s|
                  s.name = "nokogiri".freeze
                  s.version = "1.15.4".freeze
                  s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])
                  s.add_development_dependency(%q<rake>.freeze, [">= 0"])
                end
                """))
            .File(home + "gems/nokogiri-1.15.4-x86_64-linux/lib/nokogiri.rb", 1000)
            .File(home + "extensions/x86_64-linux/3.2.0/nokogiri-1.15.4-x86_64-linux/nokogiri.so", 77)
            .File(home + "specifications/racc-1.7.gemspec", Text(
                "Gem::Specification.new do |s|\n  s.name = \"racc\"\n  s.version = \"1.7\"\nend\n"))
            .File(home + "specifications/rake-1.gemspec", Text("# stub: rake 1 ruby lib\n"))
            .File(home + "gems/racc-1.7/racc.gemspec", Text("s.name = \"no specification of an installed gem\"\n"))
            .File("usr/lib/ruby/gems/3.2.0/specifications/default/abbrev-0.1.1.gemspec", Text(
                "# stub: abbrev 0.1.1 ruby lib\n\n  s.files = [\"lib/abbrev.rb\".freeze]\n"))
            .File("usr/lib/ruby/3.2.0/abbrev.rb", 40));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(["abbrev", "nokogiri", "racc", "rake"], byName.Keys.Order(StringComparer.Ordinal));
        var nokogiri = byName["nokogiri"];
        Assert.Equal(("pkg:gem/nokogiri@1.15.4?platform=x86_64-linux", 3), (nokogiri.Purl, nokogiri.Files));
        Assert.Equal([byName["racc"].Purl], nokogiri.Dependencies);
        Assert.Equal(("1.7", 2, (bool?)null), (byName["racc"].Version, byName["racc"].Files, byName["racc"].OnPurpose));
        Assert.Equal(("pkg:gem/abbrev@0.1.1", 2, (bool?)false),
            (byName["abbrev"].Purl, byName["abbrev"].Files, byName["abbrev"].OnPurpose));
    }

    [Theory]
    [InlineData("""{"packages":[P],"dev":true,"dev-package-names":["phpunit/phpunit"]}""", true)]
    [InlineData("[P]", false)]
    public async Task Php_libraries_are_the_folders_under_vendor(string form, bool development)
    {
        const string list = """
            {"name":"Monolog/monolog","version":"3.5.0","require":{"psr/log":"^3"},"install-path":"../monolog/monolog"},
            {"name":"psr/log","version":"v3.0.0"},{"name":"phpunit/phpunit","version":"10.0.0"},{"name":"a/meta",
            "version":"1","install-path":null}
            """;
        var packages = await ReadAsync(
            l => l.File("app/composer.json", Text(
                """{"require":{"php":"^8","monolog/monolog":"^3"},"require-dev":{"phpunit/phpunit":"*"}}"""))
                .File("app/vendor/monolog/monolog/src/Logger.php", 500).File("app/vendor/psr/log/composer.json", 60)
                .File("app/vendor/phpunit/phpunit/phpunit", 9000),
            l => l.File("app/vendor/composer/installed.json", Text(form.Replace("P", list, StringComparison.Ordinal))));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal([500L, 60L, 9000L, 0L], packages.Select(p => p.DiskBytes));
        Assert.Equal([1, 0, 1, 1], packages.Select(p => p.Layer));
        Assert.Equal(["pkg:composer/monolog/monolog@3.5.0", "pkg:composer/psr/log@v3.0.0"], packages.Take(
            2).Select(p => p.Purl));
        Assert.Equal([byName["psr/log"].Purl], byName["monolog/monolog"].Dependencies);
        Assert.Equal([false, false, development, false], packages.Select(p => p.Development));
        Assert.Equal([true, false, true, false], packages.Select(p => p.OnPurpose));
    }

    [Fact]
    public async Task A_list_that_names_the_whole_image_again_and_again_costs_no_more_than_a_few_walks()
    {
        var many = string.Join(
            ',', Enumerable.Range(
                0, 20_000).Select(i => $$"""{"name":"a/b{{i}}","version":"1","install-path":"../.."}"""));
        var packages = await ReadAsync(l =>
        {
            l.File("app/vendor/composer/installed.json", Text($"[{many}]"));
            for (var i = 0; i < 2000; i++)
                l.File($"app/f{i}", 1);
        });
        Assert.Equal((20_000, 2001), (packages.Count, packages.Sum(p => p.Files)));
    }

    /// <summary>An ELF of 64 bits whose second section is what cargo-auditable adds.</summary>
    internal static byte[] RustProgram(string crates)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(Encoding.UTF8.GetBytes(crates));
        byte[] names = [0, .. ".dep-v0\0"u8, 0, 0, 0, 0, 0, 0, 0];
        var bytes = new byte[64 + (3 * 64) + names.Length + packed.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), 64L);
        BitConverter.TryWriteBytes(bytes.AsSpan(58), (ushort)64);
        BitConverter.TryWriteBytes(bytes.AsSpan(60), (ushort)3);
        BitConverter.TryWriteBytes(bytes.AsSpan(62), (ushort)1);
        Section(1, 0, 3, 256, names.Length);
        Section(2, 1, 1, 256 + names.Length, (int)packed.Length);
        names.CopyTo(bytes, 256);
        packed.ToArray().CopyTo(bytes, 256 + names.Length);
        return bytes;

        void Section(int index, int name, int type, long offset, long size)
        {
            var at = bytes.AsSpan(64 + (index * 64));
            BitConverter.TryWriteBytes(at, name);
            BitConverter.TryWriteBytes(at[4..], type);
            BitConverter.TryWriteBytes(at[24..], offset);
            BitConverter.TryWriteBytes(at[32..], size);
        }
    }
}
