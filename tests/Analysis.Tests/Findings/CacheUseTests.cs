using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>A cache that the image may read when it runs is not said to be safe to remove.</summary>
public sealed class CacheUseTests
{
    private const int Size = 600_000;

    [Theory]
    // The tool itself is started.
    [InlineData("root/.m2/repository/a.jar", "mvn spring-boot:run", Confidence.Maybe)]
    [InlineData("root/.m2/repository/a.jar", "/usr/local/bin/mvn-entrypoint.sh mvn", Confidence.Maybe)]
    [InlineData("root/.gradle/caches/a.jar", "sh -c './gradlew bootRun'", Confidence.Maybe)]
    [InlineData("go/pkg/mod/x", "go run .", Confidence.Maybe)]
    [InlineData("root/.cargo/registry/src/x", "cargo run --release", Confidence.Maybe)]
    [InlineData("root/.nuget/packages/x", "dotnet run", Confidence.Maybe)]
    [InlineData("srv/_build/dev/x", "mix phx.server", Confidence.Maybe)]
    [InlineData("root/.npm/_npx/x", "npx serve", Confidence.Maybe)]
    [InlineData("root/.cache/uv/x", "uvx ruff", Confidence.Maybe)]
    [InlineData("root/.cache/uv/x", "uv tool run ruff", Confidence.Maybe)]
    [InlineData("root/.ivy2/cache/x", "sbt run", Confidence.Maybe)]
    [InlineData("root/.bun/install/cache/x", "bunx serve", Confidence.Maybe)]
    // Something else is.
    [InlineData("root/.m2/repository/a.jar", "java -jar /srv/app.jar", Confidence.Safe)]
    [InlineData("go/pkg/mod/x", "/srv/app", Confidence.Safe)]
    [InlineData("root/.nuget/packages/x", "dotnet App.dll", Confidence.Safe)]
    [InlineData("root/.npm/_cacache/x", "npm start", Confidence.Safe)]
    [InlineData("root/.cache/uv/x", "uv run app.py", Confidence.Safe)]
    [InlineData("root/.cache/pip/x", "python app.py", Confidence.Safe)]
    [InlineData("root/.cargo/registry/src/x", "/srv/cargo-server", Confidence.Safe)]
    // A place in it is named.
    [InlineData("root/.m2/repository/a.jar", "java -cp /srv/app.jar:/root/.m2/repository/a.jar Main", Confidence.Maybe)]
    [InlineData("root/.m2/repository/org/a.jar", "java -cp /root/.m2/repository/org/* Main", Confidence.Maybe)]
    [InlineData("srv/_build/dev/rel/app/bin/app", "/srv/_build/dev/rel/app/bin/app start", Confidence.Maybe)]
    // What a shell or a script starts is not known; only where the tool is there.
    [InlineData("root/.m2/repository/a.jar", "bash", Confidence.Probable, "usr/bin/mvn")]
    [InlineData("root/.m2/repository/a.jar", "", Confidence.Probable, "usr/bin/mvn")]
    [InlineData("go/pkg/mod/x", "/srv/run.sh", Confidence.Probable, "usr/local/go/bin/go")]
    [InlineData("go/pkg/mod/x", "/docker-entrypoint.sh /srv/app", Confidence.Probable, "usr/local/go/bin/go")]
    [InlineData("go/pkg/mod/x", "/srv/start", Confidence.Probable, "usr/local/go/bin/go srv/start")]
    [InlineData("go/pkg/mod/x", "/srv/app", Confidence.Safe, "usr/local/go/bin/go")]
    [InlineData("go/pkg/mod/x", "sh -c /srv/app", Confidence.Safe, "usr/local/go/bin/go")]
    [InlineData("root/.m2/repository/a.jar", "bash", Confidence.Safe)]
    [InlineData("root/.npm/_cacache/x", "/docker-entrypoint.sh node app.js", Confidence.Safe,
        "usr/bin/npx usr/bin/npm")]
    // Built, not published.
    [InlineData("root/.nuget/packages/x", "dotnet App.dll", Confidence.Maybe,
        "srv/bin/Debug/App.runtimeconfig.dev.json")]
    [InlineData("root/.nuget/packages/x", "dotnet App.dll", Confidence.Safe, "srv/App.runtimeconfig.json")]
    public async Task The_confidence_of_a_cache_depends_on_what_the_image_starts(
        string path, string command, Confidence confidence, string others = "")
    {
        var finding = await CacheAsync(path, command, others);
        Assert.Equal(confidence, finding.Confidence);
        // Whoever lowers it says why.
        Assert.Equal(confidence != Confidence.Safe, finding.Fix.Text.Contains(
            "Check first: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("JAVA_HOME=/root/.gradle/jdks/17", Confidence.Maybe)]
    [InlineData("PATH=/usr/bin:/root/.gradle/jdks/17/bin", Confidence.Maybe)]
    [InlineData("GRADLE_CACHE=/root/.gradle/jdks/17", Confidence.Safe)] // Says where a cache is.
    [InlineData("JAVA_HOME=/usr/lib/jvm/17", Confidence.Safe)]
    public async Task A_variable_that_names_a_path_in_a_cache_lowers_the_confidence(
        string variable, Confidence confidence)
    {
        var image = new ArchiveBuilder { Environment = [variable], Command = ["/srv/app"] }
            .WithLayer(l => l.File("root/.gradle/jdks/17/bin/java", Size));
        Assert.Equal(confidence, Assert.Single(
            (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "package-cache").Confidence);
    }

    [Theory]
    [InlineData("srv/.venv/lib/a", "/root/.cache/uv/archive-v0/x/a", Confidence.Maybe)]
    [InlineData("srv/.venv/lib/a", "../../../root/.cache/uv/archive-v0/x/a", Confidence.Maybe)]
    [InlineData("root/.cache/uv/wheels/a", "../archive-v0/x", Confidence.Safe)] // Within the cache.
    [InlineData("srv/.venv/lib/a", "/usr/lib/uv/a", Confidence.Safe)]
    public async Task A_link_from_outside_into_a_cache_lowers_the_confidence(
        string link, string target, Confidence confidence)
    {
        var image = new ArchiveBuilder { Command = ["/srv/app"] }
            .WithLayer(l => l.File("root/.cache/uv/archive-v0/x/a", Size).File("usr/lib/uv/b", 10)
                .Symlink(link, target));
        Assert.Equal(confidence, Assert.Single((await Images.AnalyzeAsync(image)).Findings).Confidence);
    }

    [Fact]
    public async Task A_store_that_is_linked_into_node_modules_saves_nothing()
    {
        var image = new ArchiveBuilder().WithLayer(l => l
            .File("root/.local/share/pnpm/store/v3/files/aa/x", Size)
            .HardLink("srv/node_modules/.pnpm/a/node_modules/a/i.js", "root/.local/share/pnpm/store/v3/files/aa/x"));
        Assert.Empty((await Images.AnalyzeAsync(image)).Findings);
    }

    [Theory]
    [InlineData("srv/.pnp.cjs", false)]
    [InlineData("srv/node_modules/.yarn-state.yml", true)]
    public async Task A_projects_own_cache_is_needed_by_plug_and_play_alone(string beside, bool told)
    {
        var image = new ArchiveBuilder { Environment = ["YARN_CACHE_FOLDER=/srv/.yarn/cache"] }
            .WithLayer(l => l.File("srv/.yarn/cache/a.zip", Size).File(beside, 10, 'y'));
        var found = (await Images.AnalyzeAsync(image)).Findings;
        Assert.Equal(told, found.Any(f => f.Id == "package-cache-yarn-project-0" && f.Confidence == Confidence.Safe));
        Assert.Equal(told, found.Count > 0);
    }

    [Fact]
    public async Task A_cache_deleted_by_a_later_layer_is_wasted_and_not_reported_as_a_cache()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("root/.cache/pip/x", Size))
            .WithLayer(l => l.Whiteout("root/.cache"));
        Assert.Equal("deleted-later-1", Assert.Single((await Images.AnalyzeAsync(image)).Findings).Id);
    }

    [Fact]
    public async Task A_cache_from_the_build_context_is_reported_once_and_fixed_by_a_dockerignore()
    {
        var image = new ArchiveBuilder().WithLayer(
            l => l.File("srv/package.json", 20).File("srv/.mypy_cache/3.12/x", Size, 'y'), "COPY . /srv # buildkit");
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings);
        Assert.Equal(("package-cache-compiler-0", "# .dockerignore\n**/.mypy_cache"),
            (finding.Id, finding.Fix.Snippet));
    }

    [Theory]
    [InlineData("tmp/app.jar", "java -jar /tmp/app.jar", "")]
    [InlineData("tmp/lib/x.so", "/srv/app", "", "LD_LIBRARY_PATH=/tmp/lib")]
    [InlineData("tmp/hf/model", "/srv/app", "runtime-downloads-models-0", "HF_HOME=/tmp/hf")]
    [InlineData("tmp/pip-1/x", "/srv/app", "package-cache-pip-0")]
    [InlineData("tmp/cache/files/x", "/srv/app", "package-cache-composer-0", "COMPOSER_HOME=/tmp")]
    [InlineData("tmp/other", "java -jar /tmp/app.jar", "temporary-files-tmp-0")]
    public async Task Used_files_and_caches_in_tmp_are_not_reported_as_temporary(
        string path, string command, string ids, string variable = "A=b")
    {
        var image = new ArchiveBuilder { Command = command.Split(' '), Environment = [variable] }
            .WithLayer(l => l.File(path, Size));
        Assert.Equal(ids, string.Join(' ', (await Images.AnalyzeAsync(image)).Findings.Select(f => f.Id)));
    }

    private static async Task<Finding> CacheAsync(string path, string command, string others)
    {
        var image = new ArchiveBuilder
        {
            Command = command.Length == 0 ? [] : command.Contains('\'') ? [
            .. command.Split('\'')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), command.Split('\'')[1]
        ] : command.Split(' ')
        };
        image.WithLayer(l =>
        {
            l.File(path, Size);
            foreach (var other in others.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                l.File(other, 200, other[^1]);
            if (!others.Contains("srv/app", StringComparison.Ordinal))
                l.File("srv/app", 20_000, 'a');
        });
        return Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "package-cache");
    }
}
