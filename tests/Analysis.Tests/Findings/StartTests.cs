using System.Text;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>What a container starts, followed through what the image has, decides what may go.</summary>
public sealed class StartTests
{
    private const int Size = 600_000;

    private const string Jar = "/root/.m2/repository/a/a.jar";

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("java -cp \"target/classes:$(cat cp.txt)\" Main", "", Confidence.Maybe)]
    [InlineData("java -cp \"target/classes:$(cat cp.txt)\" Main", "srv/cp.txt=" + Jar, Confidence.Maybe)]
    [InlineData("java -cp \"target/classes:$(cat cp.txt)\" Main", "srv/cp.txt=/srv/lib/b.jar", Confidence.Safe)]
    [InlineData("java @app.args", "srv/app.args=-cp " + Jar + "\nMain", Confidence.Maybe)]
    [InlineData("java @app.args", "", Confidence.Maybe)]
    [InlineData("java -cp `find / -name a.jar` Main", "", Confidence.Maybe)]
    [InlineData("java -cp $CP Main", "", Confidence.Maybe)]
    [InlineData("java $JAVA_OPTS -jar app.jar", "", Confidence.Safe)]
    [InlineData("/srv/run", "srv/run=#!/bin/sh\nCP=$(ls /root/.m2/*.jar)\nexec java -cp \"$CP\" Main\n",
        Confidence.Maybe)]
    [InlineData("/srv/run", "srv/run=#!/bin/sh\nexec java -jar /srv/app.jar \"$@\"\n", Confidence.Safe)]
    [InlineData("/srv/run", "srv/run=#!/bin/bash\nmvn -o exec:java\n", Confidence.Maybe)]
    [InlineData("/srv/run.sh", "usr/bin/java=x", Confidence.Maybe)] // Not there, and java is.
    public async Task A_repository_of_classes_is_not_safe_where_the_class_path_is_open(
        string command, string file, Confidence confidence)
    {
        var image = Started(["/bin/sh", "-c", command]).WithLayer(l => l.File(Jar[1..], Size), "RUN mvn package");
        if (file.Length > 0)
            image.WithLayer(l => l.File(file.Split('=')[0], Text(file[(file.IndexOf('=') + 1)..])), "COPY . /srv");
        Assert.Equal(confidence, await ConfidenceAsync(image, "package-cache-maven-0"));
    }

    [Theory]
    [InlineData("#!/bin/sh\nwc -c < /tmp/seed.sql\nexec \"$@\"\n", null)]
    [InlineData("#!/bin/sh\nfor f in /tmp/*.sql; do psql < $f; done\n", Confidence.Maybe)]
    [InlineData("#!/bin/sh\nexec \"$@\"\n", Confidence.Maybe)] // A COPY put it there, and no RUN used it.
    public async Task What_an_entrypoint_loads_from_tmp_is_not_temporary(string script, Confidence? confidence)
    {
        var image = Started(["/entry", "report"])
            .WithLayer(l => l.File("tmp/seed.sql", Size), "COPY seed.sql /tmp/seed.sql")
            .WithLayer(l => l.File("entry", Text(script)), "COPY entry /entry");
        Assert.Equal(confidence, await ConfidenceAsync(image, "temporary-files-tmp-0"));
    }

    [Theory]
    [InlineData("RUN dpkg -i /tmp/x", Confidence.Probable)]
    [InlineData("RUN make", Confidence.Maybe)]
    public async Task A_copied_file_in_tmp_is_left_over_when_a_RUN_used_it(string run, Confidence confidence)
    {
        var image = Started(["/srv/app"]).WithLayer(l => l.File("tmp/x", Size), "COPY x /tmp/x")
            .WithLayer(l => l.File("srv/app", 20_000, 'a'), run);
        Assert.Equal(confidence, await ConfidenceAsync(image, "temporary-files-tmp-0"));
    }

    [Theory]
    [InlineData("tsx src/server.ts", "tsx esbuild get", "prettier", Confidence.Probable)]
    [InlineData("node -r ts-node/register src/server.ts", "ts-node typescript", "prettier", Confidence.Probable)]
    [InlineData("NODE_ENV=production npm run serve", "tsx esbuild get", "prettier", Confidence.Probable)]
    [InlineData("vite preview", "vite", "prettier", Confidence.Maybe)]
    [InlineData("node server.js", "", "prettier", Confidence.Probable)]
    public async Task Development_dependencies_that_the_start_runs_stay(
        string script, string kept, string gone, Confidence confidence)
    {
        var findings = (await Images.AnalyzeAsync(Started(["npm", "start"])
            .WithLayer(l =>
            {
                l.File("srv/package.json", Text(
                    $$$"""{"name":"a","scripts":{"start":"{{{script}}}","serve":"tsx x.ts"}}"""));
                var modules = new Dictionary<string, string>
                {
                    ["tsx"] = "\"esbuild\":\"*\"",
                    ["esbuild"] = "\"get\":\"*\"",
                    ["get"] = "",
                    ["ts-node"] = "",
                    ["typescript"] = "",
                    ["vite"] = "",
                    ["prettier"] = "",
                };
                l.File("srv/node_modules/.package-lock.json", Text("{\"packages\":{" + string.Join(',', modules.Keys
                    .Select(m => $"\"node_modules/{m}\":{{\"dev\":true}}")) + "}}"));
                foreach (var (name, needs) in modules)
                    l.File($"srv/node_modules/{name}/package.json", Text(
                            $$$"""{"name":"{{{name}}}","version":"1.0.0","dependencies":{ {{{needs}}} }}"""))
                        .File($"srv/node_modules/{name}/cli.js", Size, name[0]);
            }, "RUN npm ci"))).Findings;
        var finding = Assert.Single(findings, f => f.Id == "development-dependencies-npm-0");
        Assert.Equal(confidence, finding.Confidence);
        Assert.Contains(finding.Paths, p => p.Path == $"/srv/node_modules/{gone}/cli.js");
        Assert.All(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries), k => Assert.DoesNotContain(
            finding.Paths, p => p.Path.StartsWith($"/srv/node_modules/{k}/", StringComparison.Ordinal)));
        if (kept.Length > 0)
            Assert.Null(finding.Remedy);
    }

    [Theory]
    [InlineData("coverage", "index.js", Confidence.Maybe)]
    [InlineData("coverage", "lcov.info", Confidence.Probable)]
    [InlineData("dist", "index.html", Confidence.Maybe)]
    [InlineData("dist", "server.js", Confidence.Probable)] // A build of what is started beside it.
    [InlineData("spec", "openapi.yaml", Confidence.Maybe)]
    [InlineData("spec", "a_spec.rb", Confidence.Probable)]
    [InlineData("fixtures", "plans.json", Confidence.Maybe)]
    [InlineData("test", "a.test.js", Confidence.Probable)]
    [InlineData("tests", "test_a.py", Confidence.Probable)]
    [InlineData("logs", "a.log", Confidence.Probable)]
    [InlineData("logs", "archive.json", Confidence.Maybe)]
    [InlineData(".github", "ci.yml", Confidence.Probable)]
    public async Task A_folder_is_by_product_when_its_content_shows_it(
        string folder, string file, Confidence confidence)
    {
        var finding = Assert.Single((await Images.AnalyzeAsync(Started(["node", "server.js"])
            .WithLayer(l => l.File("srv/package.json", 30).File("srv/.git/HEAD", 20)
                .File("srv/server.js", 40).File($"srv/{folder}/{file}", Size), "COPY . /srv # buildkit"))).Findings,
            f => f.RuleId == "local-files");
        Assert.Equal(confidence, finding.Confidence);
        Assert.Equal(confidence == Confidence.Maybe, finding.Remedy is null);
    }

    [Theory]
    [InlineData("COPY coverage /srv/coverage # buildkit")]
    [InlineData("CMD [\"node\", \"coverage/server.js\"]")]
    public async Task A_folder_that_an_instruction_names_is_meant(string instruction)
    {
        var image = Started(["node", "server.js"])
            .WithLayer(l => l.File("srv/package.json", 30).File("srv/coverage/lcov.info", Size),
                "COPY . /srv # buildkit")
            .WithEmptyHistory(instruction);
        Assert.DoesNotContain((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "local-files");
    }

    [Theory]
    [InlineData("srv/www/app-release.apk", "COPY . /srv/www", "", Confidence.Maybe)]
    [InlineData("srv/www/pool/tool_1.0_amd64.deb", "COPY . /srv/www", "", Confidence.Maybe)]
    [InlineData("opt/tool_1.0_amd64.deb", "RUN curl -O x", "tool", Confidence.Probable)]
    [InlineData("opt/tool_1.0_amd64.deb", "RUN curl -O x", "other", Confidence.Maybe)]
    [InlineData("opt/tool_1.0_amd64.deb", "COPY . /opt", "tool", Confidence.Maybe)]
    [InlineData("opt/tool_1.0_amd64.deb", "COPY . /opt", "tool", Confidence.Probable, "RUN dpkg -i /opt/*.deb")]
    [InlineData("srv/www/tool.zip", "COPY . /srv/www", "", Confidence.Maybe)]
    [InlineData("srv/www/tool.zip", "COPY . /srv/www", "", Confidence.Probable, "RUN unzip /srv/www/tool.zip")]
    public async Task An_archive_is_left_over_when_it_was_installed_or_unpacked_here(
        string path, string brought, string package, Confidence confidence, string run = "RUN make")
    {
        var image = Started(["nginx"])
            .WithLayer(l =>
            {
                l.File(path, Size);
                if (path.EndsWith("tool.zip", StringComparison.Ordinal))
                    l.File("srv/www/tool/index.html", 7);
                if (package.Length > 0)
                    l.File("var/lib/dpkg/status", Text($"Package: {package}\nStatus: install ok installed\n"
                        + "Architecture: amd64\nVersion: 1.0\n\n"));
            }, brought)
            .WithLayer(l => l.File("srv/x", 10), run);
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "leftover-archives");
        Assert.Equal(confidence, finding.Confidence);
        Assert.Equal(confidence == Confidence.Maybe, finding.Remedy is null);
    }

    [Fact]
    public async Task Hard_links_that_a_chown_breaks_are_all_counted()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", Size).HardLink("srv/b", "srv/a").HardLink("srv/c", "srv/a"))
            .WithLayer(l => l.File("srv/a", Size, uid: 7).File("srv/b", Size, uid: 7).File("srv/c", Size, uid: 7),
                "RUN chown -R 7 /srv");
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "metadata-copy");
        // Four bodies are stored, and one would do.
        Assert.Equal(3L * Size, finding.DiskBytes);
    }

    [Theory]
    [InlineData("LANG=de_DE.UTF-8", true)]
    [InlineData("LANG=C.UTF-8", false)]
    [InlineData("LANG=xx_XX.UTF-8", false)] // Not there: another is read.
    public async Task All_locales_but_the_chosen_one_can_go(string variable, bool told)
    {
        var image = new ArchiveBuilder { Environment = [variable], Command = ["/srv/app"] }.WithLayer(l =>
        {
            l.File("srv/app", 20_000, 'p').File("usr/lib/locale/C.utf8/LC_CTYPE", 1000, 'c');
            foreach (var c in "abcdefghijklmnopqrstuvwxyz")
                l.File($"usr/lib/locale/{c}{c}_DE.utf8/LC_CTYPE", 20_000, c);
            l.File("usr/lib/locale/de_DE.utf8/LC_CTYPE", 20_000, 'D')
                .File("usr/lib/locale/de_AT.utf8/LC_TIME", 900, 'T')
                .Symlink("usr/lib/locale/de_DE.utf8/LC_TIME", "../de_AT.utf8/LC_TIME");
        });
        var findings = (await Images.AnalyzeAsync(image)).Findings;
        Assert.Equal(told, findings.Any(f => f is { Id: "documentation-locales-0", Confidence: Confidence.Probable }));
        if (told)
            Assert.Equal(26 * 20_000L, findings.Single(f => f.Id == "documentation-locales-0").DiskBytes);
    }

    [Theory]
    [InlineData("nginx", true)]
    [InlineData("node server.js", false)]
    [InlineData("nginx -p /srv", false)] // It starts there.
    public async Task A_product_that_was_copied_to_a_server_is_left_over_in_its_project(string command, bool told)
    {
        var image = new ArchiveBuilder { Command = command.Split(' ') }
            .WithLayer(l => l.File("srv/package.json", 30).File("srv/public/a.apk", Size, 'a')
                .File("srv/other", Size, 'o'), "COPY . /srv")
            .WithEmptyHistory("WORKDIR /srv")
            .WithLayer(l => l.File("srv/dist/a.apk", Size, 'a'), "RUN npm run build")
            .WithLayer(l => l.File("var/www/html/a.apk", Size, 'a'), "RUN cp -r dist/* /var/www/html/");
        var paths = (await Images.AnalyzeAsync(image)).Findings
            .Where(f => f is { RuleId: "build-leftovers", Confidence: Confidence.Probable })
            .SelectMany(f => f.Paths).Select(p => p.Path).Order(StringComparer.Ordinal);
        Assert.Equal(told ? ["/srv/dist/a.apk", "/srv/public/a.apk"] : [], paths);
    }

    [Fact]
    public async Task Modules_beside_an_unused_standalone_server_may_go()
    {
        static ArchiveBuilder Next(params string[] command) => Started(command).WithLayer(l => l
            .File("srv/package.json", Text("""{"scripts":{"start":"next start"}}"""))
            .File("srv/.next/standalone/server.js", 500).File("srv/.next/standalone/node_modules/next/x.js", Size, 'n')
            .File("srv/.next/server/page.js", Size, 'p').File("srv/.next/static/x.js", Size, 's')
            .File("srv/node_modules/next/x.js", 2 * Size, 'm'));
        var finding = Assert.Single((await Images.AnalyzeAsync(Next("npm", "start"))).Findings,
            f => f.RuleId == "unused-standalone");
        Assert.Equal((Confidence.Maybe, 3L * Size), (finding.Confidence, finding.DiskBytes));
        Assert.DoesNotContain((await Images.AnalyzeAsync(Next("node", ".next/standalone/server.js"))).Findings,
            f => f.RuleId == "unused-standalone");
    }

    private static ArchiveBuilder Started(string[] command) => new() { Command = command, Folder = "/srv" };

    private static async Task<Confidence?> ConfidenceAsync(ArchiveBuilder image, string id) =>
        (await Images.AnalyzeAsync(image)).Findings.SingleOrDefault(f => f.Id == id)?.Confidence;
}
