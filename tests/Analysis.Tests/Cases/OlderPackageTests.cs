using System.IO.Compression;
using System.Text;

namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>
/// Forms of packages that are rare by now, or that other tools write (cases 12 and 17b, and their kind).
/// </summary>
public sealed class OlderPackageTests
{
    private const string Pom = "META-INF/maven/org.example/x/pom.properties";

    // java.util.Properties.load
    [Theory]
    [InlineData("groupId=org.example\nartifactId=x\nversion=1.5\n")]
    [InlineData("groupId: org.example\nartifactId: x\nversion: 1.5\n")]
    [InlineData("groupId = org.example\r\nartifactId = x\r\nversion = 1.5\r\n")]
    [InlineData("groupId org.example\nartifactId x\nversion 1.5")]
    [InlineData("groupId\torg.example\nartifactId\t=\tx\n\t version\t:\t1.5\n")]
    [InlineData("# version=9\n! artifactId=y\n\n groupId = org.\\\n    example\nartifactId=\\\nx\n"
        + "version=1.\\\r\n\t5\n")]
    [InlineData("group\\u0049d=org\\u002eexample\nartifactId=\\u0078\nversion=1\\.5\n")]
    [InlineData("version=1.4\ngroupId=org.example\nartifactId=x\nversion=1.5\n")]
    [InlineData("groupId=org.example\rartifactId=x\rversion=1.5\r")]
    [InlineData("groupId=org.example  \nartifactId=x\nversion=1.5\\ \n")]
    [InlineData("a\\:b=c\ngroupId=org.example\nartifactId:x\nversion=1.5\nversion.long=2\n")]
    public async Task Properties_are_read_as_Java_does(string text) =>
        Assert.Equal(["org.example:x 1.5"], await JarAsync(Zip((Pom, Text(text)))));

    [Theory]
    [InlineData("#!/bin/sh\nexec java -jar $0\nexit 0\n")]
    [InlineData("#!/bin/bash\n# PK\x05\x06 PK\x01\x02 PK\x03\x04\n")]
    public async Task An_archive_may_stand_behind_a_script(string script)
    {
        var inner = Zip(("META-INF/maven/org.yaml/snakeyaml/pom.properties",
            Text("groupId=org.yaml\nartifactId=snakeyaml\nversion=2.2\n")));
        var zip = Zip((Pom, Text("groupId=org.example\nartifactId=x\nversion=1.5\n")),
            ("BOOT-INF/lib/snakeyaml-2.2.jar", inner));
        string[] expected = ["org.example:x 1.5", "org.yaml:snakeyaml 2.2"];
        Assert.Equal(expected, await JarAsync([.. Encoding.Latin1.GetBytes(script), .. zip]));
        Assert.Equal(expected, await JarAsync([.. Encoding.Latin1.GetBytes(script), .. Adjusted(zip, script.Length)]));
        Assert.Equal(expected, await JarAsync([.. new byte[5000], .. zip]));
    }

    [Fact]
    public async Task A_nested_archive_may_stand_behind_a_script_too() => Assert.Equal(
        ["org.example:x 1.5"], await JarAsync(Zip(("lib/x.jar", (byte[])[
            .. "#!/bin/sh\n"u8, .. Zip((Pom, Text("groupId=org.example\nartifactId=x\nversion=1.5\n")))]))));

    [Fact]
    public async Task What_cannot_be_read_is_counted()
    {
        Assert.Equal(1, (await AnalyzeAsync(l => l.File("app/a.jar", Text("this is no archive")))).Packages.Omitted);
        Assert.Equal(2, (await AnalyzeAsync(l => l.File("app/a.war", Zip(
            ("WEB-INF/lib/b.jar", Text("no")), ("WEB-INF/lib/c.jar", Text("PK\x05\x06")))))).Packages.Omitted);
        Assert.Equal(0, (await AnalyzeAsync(l => l.File("app/a.jar", Zip(("a.txt", Text("x")))))).Packages.Omitted);
        Assert.Equal(1, (await AnalyzeAsync(l => l.File("lib/a.egg", Text("this is no archive")))).Packages.Omitted);
    }

    [Fact]
    public async Task Eggs_are_folders_or_archives()
    {
        var info = Text("Metadata-Version: 1.2\nName: Six\nVersion: 1.16.0\nLicense: MIT\n\n");
        const string site = "usr/lib/python2.7/site-packages/";
        var folder = Assert.Single((await AnalyzeAsync(l => l
            .File(site + "six-1.16.0-py2.7.egg/EGG-INFO/PKG-INFO", info)
            .File(site + "six-1.16.0-py2.7.egg/EGG-INFO/top_level.txt", Text("six\n"))
            .File(site + "six-1.16.0-py2.7.egg/six.py", 5000).File(site + "other.py", 10))).Packages.All);
        Assert.Equal(("pkg:pypi/six@1.16.0", 5000L + info.Length + 4), (folder.Purl, folder.DiskBytes));
        var zip = Zip(("EGG-INFO/PKG-INFO", info), ("six.py", new byte[900]), ("EGG-INFO/zip-safe", Text("\n")));
        var zipped = Assert.Single((await AnalyzeAsync(
            l => l.File(site + "six-1.16.0-py2.7.egg", zip))).Packages.All);
        Assert.Equal(("pkg:pypi/six@1.16.0", (long)zip.Length, "MIT"),
            (zipped.Purl, zipped.DiskBytes, zipped.License));
    }

    [Theory]
    [InlineData("Gem::Specification.new do |s|\n  s.name = %q{rake}\n  s.version = \"0.8.7\"\n"
        + "  s.add_dependency(%q{racc}, [\">= 0\"])\n  s.license = 'MIT'\n")]
    [InlineData("Gem::Specification.new do |s|\n  s.name = 'rake'\n  s.version = '0.8.7'\n"
        + "  s.add_runtime_dependency 'racc', '~> 1.4'\n  s.licenses = ['MIT']\n")]
    [InlineData("# -*- encoding: utf-8 -*-\nGem::Specification.new do |spec|\n  spec.name          = \"rake\".freeze\n"
        + "  spec.version       = Gem::Version.new('0.8.7')\n  spec.licenses = [%q<MIT>]\n"
        + "  spec.add_dependency \"racc\"\n")]
    [InlineData("Gem::Specification.new { |s|\n\ts.name = %q(rake)\n\ts.version = Rake::VERSION\n"
        + "\ts.add_dependency(%q[racc].freeze)\n\ts.licenses = %w[MIT]\n}\n")]
    public async Task Gems_of_older_forms(string specification)
    {
        var result = await AnalyzeAsync(l => l
            .File("usr/lib/ruby/gems/1.8/specifications/rake-0.8.7.gemspec", Text(specification))
            .File("usr/lib/ruby/gems/1.8/specifications/racc-1.gemspec",
                Text("Gem::Specification.new do |s|\n  s.name = %q<racc>\n  s.version = %q|1|\n"))
            .File("usr/lib/ruby/gems/1.8/gems/rake-0.8.7/lib/rake.rb", 700));
        var rake = Assert.Single(result.Packages.All, p => p.Name == "rake");
        Assert.Equal(("pkg:gem/rake@0.8.7", 700L + specification.Length, "MIT"),
            (rake.Purl, rake.DiskBytes, rake.License));
        Assert.Single(result.Packages.All, p => p.Name == "racc" && p.Version == "1");
        Assert.Contains("racc", result.Packages.Claims.Single(c => c.Name == "rake").Needs);
    }

    [Theory]
    [InlineData("var/lib/dpkg/info/tzdata.list")]
    [InlineData("var/lib/dpkg/info/tzdata:amd64.list")]
    public async Task Packages_of_status_d_have_the_lists_of_info(string list)
    {
        var result = await AnalyzeAsync(l => l
            .File("var/lib/dpkg/status.d/tzdata",
                Text("Package: tzdata\nVersion: 2024a-0\nArchitecture: amd64\nDescription: x\n"))
            .File(list, Text("/.\n/usr\n/usr/share\n/usr/share/zoneinfo\n/usr/share/zoneinfo/UTC\n"))
            .File("usr/share/zoneinfo/UTC", 114));
        var package = Assert.Single(result.Packages.All);
        Assert.Equal(("tzdata", 114L), (package.Name, package.DiskBytes));
    }

    private static async Task<List<string>> JarAsync(byte[] jar) =>
        [.. (await AnalyzeAsync(l => l.File("app/app.jar", jar))).Packages.All
            .Where(p => p.Purl.StartsWith("pkg:maven", StringComparison.Ordinal))
            .Select(p => $"{p.Name} {p.Version}").Order(StringComparer.Ordinal)];

    private static Task<ImageAnalysis> AnalyzeAsync(Action<LayerBuilder> layer) =>
        Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(layer));

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Zip(params (string Name, byte[] Body)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, body) in files)
                using (var entry = zip.CreateEntry(name, name.EndsWith(".jar", StringComparison.Ordinal)
                    ? CompressionLevel.NoCompression : CompressionLevel.Optimal).Open())
                    entry.Write(body);
        return stream.ToArray();
    }

    /// <summary>As zip -A does it: the places count what stands before.</summary>
    private static byte[] Adjusted(byte[] zip, int by)
    {
        var made = (byte[])zip.Clone();
        var end = made.AsSpan().LastIndexOf("PK\x05\x06"u8);
        var at = BitConverter.ToInt32(made, end + 16);
        for (var left = BitConverter.ToInt16(made, end + 10); left > 0; left--)
        {
            BitConverter.TryWriteBytes(made.AsSpan(at + 42), BitConverter.ToInt32(made, at + 42) + by);
            at += 46 + BitConverter.ToInt16(made, at + 28) + BitConverter.ToInt16(made, at + 30)
                + BitConverter.ToInt16(made, at + 32);
        }

        BitConverter.TryWriteBytes(made.AsSpan(end + 16), BitConverter.ToInt32(made, end + 16) + by);
        return made;
    }
}
