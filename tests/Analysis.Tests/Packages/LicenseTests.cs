using System.Text;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>Licences as each ecosystem states them.</summary>
public sealed class LicenseTests
{
    private const string Machine = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> OneAsync(Action<LayerBuilder> layer) =>
        Assert.Single(await PackageTests.ReadAsync(layer)).License;

    [Theory]
    [InlineData("lib/apk/db/installed", "P:x\nV:1\nL:GPL-2.0-only AND MIT\n\n", "GPL-2.0-only AND MIT")]
    [InlineData("var/lib/pacman/local/x-1/desc", "%NAME%\nx\n\n%VERSION%\n1\n\n%LICENSE%\nGPL-3.0-or-later\nBSD\n\n",
        "GPL-3.0-or-later; BSD")]
    [InlineData("usr/lib/opkg/status", "Package: x\nVersion: 1\nLicense: MIT\nStatus: install user installed\n\n",
        "MIT")]
    [InlineData("c/conda-meta/x.json", """{"name":"x","version":"1","license":"BSD-3-Clause"}""", "BSD-3-Clause")]
    [InlineData("a/node_modules/x/package.json", """{"name":"x","version":"1","license":"(MIT OR Apache-2.0)"}""",
        "(MIT OR Apache-2.0)")]
    [InlineData("a/node_modules/x/package.json", """{"name":"x","version":"1","license":{"type":"ISC","url":"u"}}""",
        "ISC")]
    [InlineData("a/node_modules/x/package.json",
        """{"name":"x","version":"1","licenses":[{"type":"MIT"},{"type":"GPL"},7]}""", "MIT OR GPL")]
    [InlineData("a/node_modules/x/package.json", """{"name":"x","version":"1","license":7}""", null)]
    [InlineData("s/x.dist-info/METADATA", "Name: x\nVersion: 1\nLicense: old\nLicense-Expression: MIT\n", "MIT")]
    [InlineData("s/x.dist-info/METADATA",
        "Name: x\nVersion: 1\nLicense: Apache License, Version 2.0\nClassifier: License :: OSI Approved :: MIT "
            + "License\n", "Apache License, Version 2.0")]
    [InlineData("s/x.dist-info/METADATA",
        "Name: x\nVersion: 1\nLicense: UNKNOWN\nClassifier: Topic :: X\nClassifier: License :: OSI "
            + "Approved\nClassifier: License :: OSI Approved :: MIT License\nClassifier: License :: Public Domain\n",
        "MIT License; Public Domain")]
    [InlineData("s/x.dist-info/METADATA", "Name: x\nVersion: 1\n\nLicense: of the description\n", null)]
    [InlineData("s/x-1.egg-info", "Name: x\nVersion: 1\nLicense: Zope\n", "Zope")]
    [InlineData("g/specifications/x-1.gemspec",
        "# stub: x 1 ruby lib\n\nGem::Specification.new do |s|\n  s.name = \"x\".freeze\n  s.licenses = "
            + "[\"MIT\".freeze, \"Ruby\".freeze]\nend\n", "MIT; Ruby")]
    [InlineData("g/specifications/x-1.gemspec", "# stub: x 1 ruby lib\n\n  s.licenses = [\"MIT", null)]
    [InlineData("p/vendor/composer/installed.json",
        """{"packages":[{"name":"a/x","version":"1","license":["LGPL-2.1-only","GPL-3.0-or-later"]}]}""",
        "LGPL-2.1-only OR GPL-3.0-or-later")]
    public Task It_is_what_the_metadata_states(string path, string content, string? license) =>
        CheckAsync(l => l.File(path, Text(content)), license);

    [Theory]
    [InlineData(Machine
        + "Files: *\nLicense: GPL-2+ or Artistic\n text\n\nFiles: d/*\nLicense:  Expat\n\nLicense: GPL-2+ or "
        + "Artistic\n License: of the text\n", "GPL-2+ or Artistic; Expat")]
    [InlineData("This package was debianized by hand.\nLicense: GPL\n", null)]
    [InlineData(Machine, null)]
    public async Task Debian_states_it_in_copyright_files_that_are_written_for_machines(
        string copyright, string? license)
    {
        await CheckAsync(
            l => l.File("var/lib/dpkg/status", Text(PackageTests.Installed("x", "1")))
                .File("usr/share/doc/x/copyright", Text(copyright)), license);
        await CheckAsync(
            l => l.File("var/lib/dpkg/status.d/x", Text("Package: x\nVersion: 1\n"))
                .File("usr/share/doc/x/copyright", Text(copyright)), license);
        // The documents of another package of the same source.
        await CheckAsync(
            l => l.File("var/lib/dpkg/status", Text(PackageTests.Installed("x", "1")))
                .File("usr/share/doc/y/copyright", Text(copyright)).Symlink("usr/share/doc/x", "y"), license);
    }

    [Fact]
    public async Task A_copyright_file_that_is_too_big_is_not_looked_at_and_nothing_is_missing_for_it()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/dpkg/status", Text(PackageTests.Installed("x", "1")))
            .File("usr/share/doc/x/copyright", Text(Machine + "License: MIT\n" + new string(' ', 300_000))));
        var packages = (await Images.AnalyzeAsync(image)).Packages;
        Assert.Null(Assert.Single(packages.All).License);
        Assert.Equal(0, packages.Omitted);
    }

    [Theory]
    [InlineData("Apache-2.0;link=\"https://www.apache.org/licenses/LICENSE-2.0\", MIT", "Apache-2.0; MIT")]
    [InlineData("<<EXTERNAL>>", null)]
    public Task An_archive_states_it_in_its_manifest(string stated, string? license) => CheckAsync(
        l => l.File("x-1.jar", CaptureTests.Jar(("META-INF/MANIFEST.MF", Text($"Bundle-License: {stated}\n")))),
        license);

    [Fact]
    public Task The_whole_text_of_a_license_is_no_name_of_it() =>
        CheckAsync(l => l.File(
            "s/x.dist-info/METADATA",
            Text("Name: x\nVersion: 1\nLicense: Copyright\n"
                + string.Concat(Enumerable.Repeat("  All rights reserved.\n", 30)))), null);

    private static async Task CheckAsync(Action<LayerBuilder> layer, string? license) =>
        Assert.Equal(license, await OneAsync(layer));
}
