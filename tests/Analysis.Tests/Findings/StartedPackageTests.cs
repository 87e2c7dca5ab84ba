using System.Text;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>System packages that what starts, or a script, needs.</summary>
public sealed class StartedPackageTests
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Packages with their needs, recommendations and files; those with a star came by themselves.</summary>
    private static LayerBuilder Packages(
        LayerBuilder l, params (string Name, string Needs, string Recommends, string File)[] all)
    {
        l.File("var/lib/dpkg/status", Text(string.Concat(all.Select(p =>
            $"Package: {p.Name.TrimEnd('*')}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n"
            + (p.Needs.Length > 0 ? $"Depends: {p.Needs}\n" : "")
            + (p.Recommends.Length > 0 ? $"Recommends: {p.Recommends}\n" : "") + "\n"))));
        l.File("var/lib/apt/extended_states", Text(string.Concat(all.Where(p => p.Name.EndsWith('*')).Select(p =>
            $"Package: {p.Name.TrimEnd('*')}\nArchitecture: amd64\nAuto-Installed: 1\n\n"))));
        var fill = 'a';
        foreach (var p in all)
        {
            l.File($"var/lib/dpkg/info/{p.Name.TrimEnd('*')}.list", Text(p.File + "\n"));
            l.File(p.File[1..], 600_000, fill++);
        }

        return l;
    }

    private static async Task<Finding?> FindAsync(ArchiveBuilder image, string id) =>
        (await Images.AnalyzeAsync(image)).Findings.SingleOrDefault(f => f.Id == id);

    [Theory]
    [InlineData("#!/bin/sh\nmake -s -C /srv\nexec \"$@\"\n", Confidence.Maybe)]
    [InlineData("#!/bin/sh\nif [ -n \"$X\" ]; then\n  gcc -o /x /x.c\nfi\nexec \"$@\"\n", Confidence.Maybe)]
    [InlineData("#!/bin/sh\n$RUNNER\n", Confidence.Maybe)]
    [InlineData("#!/bin/sh\n# make sure\necho make\nexec \"$@\"\n", Confidence.Probable)]
    public async Task Compilers_that_an_entrypoint_runs_are_no_leftovers(string script, Confidence confidence)
    {
        var image = new ArchiveBuilder { Command = ["/entry", "/srv/app"] }
            .WithLayer(l => Packages(l, ("gcc", "", "", "/usr/bin/gcc"), ("make", "", "", "/usr/bin/make"),
                ("keeper", "", "", "/usr/bin/keeper")),
                "RUN apt-get install -y gcc make keeper")
            .WithLayer(l => l.File("entry", Text(script)).File("srv/app", 20_000, 'p')
                .File("srv/Makefile", Text("a:\n")),
                "COPY . /");
        var finding = await FindAsync(image, "build-toolchain-packages-0");
        Assert.True(finding is null || finding.Confidence == confidence, $"{finding?.Confidence}");
        if (confidence == Confidence.Probable)
            Assert.NotNull(finding);
    }

    [Theory]
    [InlineData("ruby", false)]
    [InlineData("python3", false)]
    [InlineData("/srv/app", true)]
    public async Task The_library_of_asked_for_headers_stays_for_a_script(string program, bool gone)
    {
        var image = new ArchiveBuilder { Command = [program, "/srv/x"] }
            .WithLayer(l => Packages(l, ("libsodium-dev", "libsodium23", "", "/usr/include/sodium.h"),
                ("libsodium23*", "", "", "/usr/lib/libsodium.so.23"), ("keeper", "", "", "/usr/bin/keeper")),
                "RUN apt-get install -y libsodium-dev keeper")
            .WithLayer(l => l.File("srv/app", 20_000, 'p'), "COPY . /srv");
        var finding = await FindAsync(image, "build-toolchain-packages-0");
        Assert.NotNull(finding);
        Assert.Equal(gone, finding.Paths.Any(p => p.Path == "/usr/lib/libsodium.so.23"));
        Assert.Contains(finding.Paths, p => p.Path == "/usr/include/sodium.h");
    }

    [Fact]
    public async Task A_package_stays_whose_program_interprets_a_script_of_the_image()
    {
        static ArchiveBuilder Image(string script) => new ArchiveBuilder { Command = ["/srv/app"] }
            .WithLayer(l => Packages(l, ("build-essential", "perl", "", "/usr/share/be"),
                ("perl*", "", "", "/usr/bin/perl"), ("keeper", "", "", "/usr/bin/keeper")), "RUN apt-get install -y x")
            .WithLayer(l => l.File("srv/app", 20_000, 'p').File("usr/local/bin/report", Text(script)), "COPY . /");
        var gone = await FindAsync(Image("#!/bin/sh\necho a\n"), "build-toolchain-packages-0");
        Assert.Contains(gone!.Paths, p => p.Path == "/usr/bin/perl");
        var kept = await FindAsync(Image("#!/usr/bin/env perl\nprint 1;\n"), "build-toolchain-packages-0");
        Assert.DoesNotContain(kept!.Paths, p => p.Path == "/usr/bin/perl");
    }

    [Fact]
    public async Task Recommended_packages_that_run_time_uses_are_kept_and_asked_for_by_name()
    {
        var image = new ArchiveBuilder { Command = ["/srv/app"] }.WithLayer(l => Packages(l,
            ("curl", "", "ca-certificates, bash-completion", "/usr/bin/curl"),
            ("ca-certificates*", "openssl", "", "/etc/ssl/certs/bundle.crt"), ("openssl*", "", "", "/usr/bin/openssl"),
            ("imagemagick", "", "ghostscript", "/usr/bin/convert"), ("ghostscript*", "", "", "/usr/bin/gs"),
            ("bash-completion*", "", "", "/usr/share/bash-completion/x")),
            "RUN apt-get update && apt-get install -y curl imagemagick");
        var analysis = await Images.AnalyzeAsync(image);
        var finding = Assert.Single(analysis.Findings, f => f.RuleId == "recommended-packages");
        Assert.Contains(finding.Paths, p => p.Path == "/usr/share/bash-completion/x");
        Assert.All((string[])["/etc/ssl/certs/bundle.crt", "/usr/bin/openssl", "/usr/bin/gs"],
            kept => Assert.DoesNotContain(finding.Paths, p => p.Path == kept));
        Assert.Contains("ca-certificates, ghostscript", finding.Fix.Text, StringComparison.Ordinal);
        Assert.Contains("--no-install-recommends ca-certificates ghostscript curl", finding.Fix.Snippet,
            StringComparison.Ordinal);
        Assert.Contains("--no-install-recommends ca-certificates ghostscript curl imagemagick",
            ImageInsight.Analysis.Dockerfiles.Dockerfile.Create(analysis.Tree, analysis.Facts.History,
                analysis.Facts.Base, "linux/amd64", analysis.Findings, Budgets.Default).ProposedText,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghostscript", true)]
    [InlineData("bash-completion", false)] // Nothing else brings the other font.
    public async Task Of_alternatives_those_go_that_another_need_makes_idle(string recommended, bool gone)
    {
        var image = new ArchiveBuilder { Command = ["/srv/app"] }.WithLayer(l => Packages(l,
            ("imagemagick", "fontconfig-config", recommended, "/usr/bin/convert"),
            ("fontconfig-config*", "fonts-dejavu-core | fonts-urw-base35", "", "/etc/fonts/fonts.conf"),
            ("fonts-dejavu-core*", "", "", "/usr/share/fonts/dejavu.ttf"),
            (recommended + "*", gone ? "fonts-urw-base35" : "", "", "/usr/share/more"),
            ("fonts-urw-base35*", "", "", "/usr/share/fonts/urw.ttf"), ("help*", "", "", "/usr/share/help"),
            ("keeper", "", "help", "/usr/bin/keeper")), "RUN apt-get install -y imagemagick keeper");
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings,
            f => f.RuleId == "recommended-packages");
        Assert.Contains(finding.Paths, p => p.Path == "/usr/share/help");
        Assert.Equal(gone, finding.Paths.Any(p => p.Path == "/usr/share/fonts/dejavu.ttf"));
        Assert.DoesNotContain(finding.Paths, p => p.Path == "/usr/share/fonts/urw.ttf");
    }

    [Theory]
    [InlineData("php -S x", true)]
    [InlineData("git daemon", false)]
    public async Task Git_that_only_composer_used_goes_with_composer(string command, bool gone)
    {
        var image = new ArchiveBuilder { Command = command.Split(' ') }.WithLayer(l => Packages(l,
            ("composer", "", "", "/usr/bin/composer"), ("git", "", "", "/usr/bin/git"),
            ("php-cli", "", "", "/usr/bin/php")), "RUN apt-get install -y php-cli composer git");
        var finding = await FindAsync(image, "build-toolchain-packages-0");
        Assert.Equal(gone, finding!.Paths.Any(p => p.Path == "/usr/bin/git"));
    }

    [Fact]
    public async Task Mavens_plugins_go_with_maven_and_a_library_of_the_class_path_stays()
    {
        static ArchiveBuilder Image(string list) => new ArchiveBuilder
        {
            Command = ["/bin/sh", "-c", "java -cp \"a.jar:$(cat cp.txt)\" Main"],
            Folder = "/srv",
        }.WithLayer(l => Packages(l, ("maven", "libguava-java", "", "/usr/bin/mvn"),
            ("libmaven-jar-plugin-java", "libplexus-io-java", "", "/usr/share/java/jar-plugin.jar"),
            ("libplexus-io-java*", "", "", "/usr/share/java/plexus-io.jar"),
            ("libguava-java*", "", "", "/usr/share/java/guava.jar"), ("keeper", "", "", "/usr/bin/keeper")),
            "RUN apt-get install -y maven libmaven-jar-plugin-java keeper")
        .WithLayer(l => l.File("srv/cp.txt", Text(list)), "RUN mvn package");
        var gone = (await FindAsync(Image("/usr/share/java/other.jar"), "build-toolchain-packages-0"))!;
        Assert.Equal(4, gone.Paths.Count(p => p.DiskBytes == 600_000));
        var kept = (await FindAsync(Image("/usr/share/java/guava.jar"), "build-toolchain-packages-0"))!;
        Assert.DoesNotContain(kept.Paths, p => p.Path == "/usr/share/java/guava.jar");
        Assert.Contains(kept.Paths, p => p.Path == "/usr/share/java/plexus-io.jar");
    }

    [Theory]
    [InlineData("etc/ssl/private/key.pem", true)]
    [InlineData("srv/key.pem", false)]
    public async Task A_key_that_a_package_ships_is_no_secret(string path, bool shipped)
    {
        var key = Text("-----BEGIN RSA PRIVATE KEY-----\n" + new string('A', 400)
            + "\n-----END RSA PRIVATE KEY-----\n");
        var image = new ArchiveBuilder().WithLayer(l => Packages(
            l, ("fixtures", "", "", "/usr/share/fixtures")).File("var/lib/dpkg/info/fixtures.list", Text(
                "/usr/share/fixtures\n/etc/ssl/private/key.pem\n")).File(path, key));
        Assert.Equal(!shipped, (await Images.AnalyzeAsync(image)).Findings.Any(f => f.RuleId == "secret-file"));
    }
}
