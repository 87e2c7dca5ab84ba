using ImageInsight.Analysis.Dockerfiles;

namespace ImageInsight.Analysis.Tests.Dockerfiles;

/// <summary>Each edit where the text allows it, and where it does not.</summary>
public sealed class ProposalTests
{
    private const int Exec = 0x1ed;

    [Fact]
    public async Task A_refresh_alone_joins_the_install_and_both_clean_up()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("var/lib/apt/lists/Packages", 50_000), "RUN /bin/sh -c apt-get update # buildkit")
            .WithEmptyHistory("ENV A=1")
            .WithLayer(l => l.File("usr/bin/git", 9000).File("var/cache/apt/archives/git.deb", 7000),
                "RUN /bin/sh -c apt-get install -y git # buildkit"));
        Assert.Equal(
            [
                "ENV A=1",
                "RUN apt-get update \\",
                "    && apt-get install -y git \\",
                "    && apt-get clean \\",
                "    && rm -rf /var/lib/apt/lists/*",
            ],
            Own(made));
        Assert.Equal(["package-cache-apt-1", "package-cache-apt-2", "update-alone-apt-get-1"], made.Applied.Order(
            StringComparer.Ordinal));
        Assert.Equal(made.Now.DiskBytes - 57_000, made.Predicted.DiskBytes);
        Assert.Contains(
            made.Proposed,
            l => l.Text.Contains("apt-get clean", StringComparison.Ordinal)
                && l.Findings.Contains("package-cache-apt-2"));
    }

    [Fact]
    public async Task The_index_stays_while_a_later_install_relies_on_it()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("var/lib/apt/lists/Packages", 50_000).File("usr/bin/git", 10),
                "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.File("usr/bin/curl", 10), "RUN /bin/sh -c apt-get install -y curl # buildkit"));
        Assert.Empty(made.Applied);
        Assert.DoesNotContain(
            made.Proposed, l => !l.Text.StartsWith('#') && l.Text.Contains("rm -rf", StringComparison.Ordinal));
        Assert.Contains(
            made.Proposed,
            l => l.Text.StartsWith("# ", StringComparison.Ordinal) && l.Findings.Contains("package-cache-apt-1"));
    }

    [Fact]
    public async Task A_user_in_between_keeps_RUNs_apart()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("x/big", 50_000), "RUN /bin/sh -c make-big # buildkit")
            .WithEmptyHistory("USER app")
            .WithLayer(l => l.Whiteout("x/big"), "RUN /bin/sh -c rm /x/big && true # buildkit"));
        Assert.Empty(made.Applied);
        Assert.Equal(2, made.Proposed.Count(l => l.Text.StartsWith("RUN ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_removed_later_is_removed_where_it_is_made()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("tmp/src.tar", 50_000),
                "RUN /bin/sh -c cd /tmp && curl -o src.tar http://x/ # buildkit")
            .WithLayer(l => l.File("opt/app", 10), "RUN /bin/sh -c tar xf /tmp/src.tar -C /opt # buildkit")
            .WithLayer(l => l.Whiteout("tmp/src.tar"), "RUN /bin/sh -c rm /tmp/src.tar # buildkit"));
        Assert.Equal(
            ["RUN ( cd /tmp && curl -o src.tar http://x/ ) \\", "    && tar xf /tmp/src.tar -C /opt \\",
                "    && rm /tmp/src.tar"], Own(made));
        Assert.Equal(made.Now.DiskBytes - 50_000, made.Predicted.DiskBytes);
    }

    [Fact]
    public async Task A_removal_goes_up_across_a_COPY_that_has_nothing_to_do_with_it()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("tmp/big", 50_000), "RUN /bin/sh -c make-big # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.Whiteout("tmp/big").File("app/b", 10),
                "RUN /bin/sh -c rm -f /tmp/big && touch /app/b # buildkit"));
        Assert.Equal(["RUN make-big && rm -f /tmp/big", "COPY a /app/", "RUN touch /app/b"], Own(made));
    }

    [Fact]
    public async Task A_removal_does_not_go_up_across_a_RUN_that_may_need_the_files()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("tmp/big", 50_000), "RUN /bin/sh -c make-big # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.File("app/c", 10), "RUN /bin/sh -c ./use-it # buildkit")
            .WithLayer(l => l.Whiteout("tmp/big"), "RUN /bin/sh -c rm -f /tmp/big # buildkit"));
        Assert.Empty(made.Applied);
    }

    [Fact]
    public async Task Caches_and_files_that_a_last_RUN_removes_are_removed_where_they_were_made()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("usr/bin/git", 10).File("var/lib/apt/lists/Packages", 50_000),
                "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.File("tmp/big", 70_000), "RUN /bin/sh -c make-big # buildkit")
            .WithLayer(l => l.Whiteout("tmp/big").Whiteout("var/lib/apt/lists/Packages"),
                "RUN /bin/sh -c rm /tmp/big && rm -rf /var/lib/apt/lists/* # buildkit"));
        Assert.Equal(
            [
                "RUN apt-get update \\", "    && apt-get install -y git \\", "    && rm -rf /var/lib/apt/lists/*",
                "COPY a /app/",
                "RUN make-big \\", "    && rm /tmp/big \\", "    && rm -rf /var/lib/apt/lists/*",
            ],
            Own(made));
        Assert.Equal(made.Now.DiskBytes - 120_000, made.Predicted.DiskBytes);
    }

    [Theory]
    [InlineData("RUN /bin/sh -c ./build # buildkit", true)]
    // It relies on the index.
    [InlineData("RUN /bin/sh -c apt-get install -y curl # buildkit", false)]
    public async Task A_cache_that_is_removed_too_late_is_removed_where_it_is_filled(string between, bool applied)
    {
        var made = await MadeAsync(Base()
            .WithLayer(
                l => l.File("usr/bin/git", 10).File("var/lib/apt/lists/Packages", 50_000)
                    .File("var/cache/apt/archives/git.deb", 7000),
                "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.File("app/b", 10), between)
            .WithLayer(l => l.Whiteout("var/lib/apt/lists/Packages").Whiteout("var/cache/apt/archives/git.deb"),
                "RUN /bin/sh -c apt-get clean && rm -rf /var/lib/apt/lists/* # buildkit"));
        Assert.Equal(applied ? ["deleted-later-4"] : [], made.Applied);
        Assert.Equal(made.Now.DiskBytes - (applied ? 57_000 : 0), made.Predicted.DiskBytes);
        if (applied)
            Assert.Equal(
                ["RUN apt-get update \\", "    && apt-get install -y git \\", "    && apt-get clean \\",
                    "    && rm -rf /var/lib/apt/lists/*", "COPY a /app/", "RUN ./build"],
                Own(made).Take(6));
    }

    [Fact]
    public async Task What_a_RUN_makes_gets_its_owner_in_the_same_RUN()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.Directory("opt/m").File("opt/m/a", 50_000)
                .File("opt/m/b", 7000), "RUN /bin/sh -c make install # buildkit")
            .WithLayer(l => l.File("opt/m/a", 50_000, uid: 7), "RUN /bin/sh -c chown 7 /opt/m/a # buildkit")
            .WithLayer(l => l.Whiteout("opt/m/b"), "RUN /bin/sh -c rm /opt/m/b # buildkit"));
        Assert.Equal(["RUN make install \\", "    && chown 7 /opt/m/a \\", "    && rm /opt/m/b"], Own(made));
        Assert.Equal(["deleted-later-3", "metadata-copy-2"], made.Applied.Order(StringComparer.Ordinal));
        Assert.Equal(made.Now.DiskBytes - 57_000, made.Predicted.DiskBytes);
    }

    [Fact]
    public async Task A_cache_that_is_written_anew_is_removed_each_time()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("usr/bin/git", 10).File("var/cache/apt/pkgcache.bin", 50_000),
                "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit")
            .WithLayer(l => l.File("app/a", 10), "COPY a /app/ # buildkit")
            .WithLayer(l => l.File("usr/bin/bc", 10).File("var/cache/apt/pkgcache.bin", 60_000),
                "RUN /bin/sh -c apt-get update && apt-get install -y bc # buildkit"));
        Assert.Equal(["overwritten-3", "package-cache-apt-3"], made.Applied.Order(StringComparer.Ordinal));
        Assert.Equal(made.Now.DiskBytes - 110_000, made.Predicted.DiskBytes);
        Assert.Equal(2, Own(made).Count(l => l.Contains("rm -rf /var/cache/apt/*.bin", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task COPY_brings_owner_mode_and_place_at_once()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.Directory("tmp/m").File("tmp/m/a", 50_000), "COPY m /tmp/m # buildkit")
            .WithLayer(l => l.Whiteout("tmp/m").Directory("opt/m")
                .File("opt/m/a", 50_000), "RUN /bin/sh -c mv /tmp/m /opt/m # buildkit")
            .WithLayer(l => l.Directory("opt/m", Exec).File("opt/m/a", 50_000, mode: Exec, uid: 7),
                "RUN /bin/sh -c chmod -R 755 /opt/m && chown -R 7:7 /opt/m # buildkit"));
        Assert.Equal(["COPY --chmod=755 --chown=7:7 m /opt/m"], Own(made));
        Assert.Equal("# syntax=docker/dockerfile:1", made.Proposed[0].Text);
        Assert.Equal(made.Now.DiskBytes - 100_000, made.Predicted.DiskBytes);
    }

    [Theory]
    // A mode that is not known, other files below, a user that is not there yet, a group that only passwd knows.
    [InlineData("chmod -R $MODE /opt/m", null)]
    [InlineData("chown -R 7:7 /opt", null)]
    [InlineData("useradd app && chown -R app:app /opt/m", null)]
    [InlineData("chown -R app: /opt/m", null)]
    [InlineData("chown -R app:app /opt/m", "COPY --chown=app:app m /opt/m")]
    [InlineData("chmod -R a+x /opt/m", "COPY --chmod=0755 m /opt/m")]
    public async Task COPY_takes_over_only_what_is_certain(string command, string? copy)
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("opt/other", 10), "RUN /bin/sh -c touch /opt/other # buildkit")
            .WithLayer(l => l.Directory("opt/m").File("opt/m/a", 50_000), "COPY m /opt/m # buildkit")
            .WithLayer(l => l.Directory("opt/m", Exec).File("opt/m/a", 50_000, mode: Exec, uid: 7),
                $"RUN /bin/sh -c {command} # buildkit"));
        Assert.Equal(copy is not null, made.Applied.Contains("metadata-copy-3"));
        Assert.Contains(copy ?? "COPY m /opt/m", made.Proposed.Select(l => l.Text));
    }

    [Theory]
    [InlineData("chmod +x /usr/local/bin/a /usr/local/bin/b", "COPY --chmod=0755 <source> /usr/local/bin/")]
    // One of the two files, and each file by an option of its own.
    [InlineData("chmod +x /usr/local/bin/a", null)]
    [InlineData("chmod +x /usr/local/bin/a && chown 7:7 /usr/local/bin/b", null)]
    public async Task COPY_of_single_files_takes_over_what_means_all_of_them(string command, string? copy)
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.Directory("usr/local/bin", Exec).File("usr/local/bin/other", 10),
                "RUN /bin/sh -c touch /usr/local/bin/other # buildkit")
            .WithLayer(l => l.File("usr/local/bin/a", 50_000),
                "/bin/sh -c #(nop) COPY file:0123456789abcdef in /usr/local/bin/ ")
            .WithLayer(l => l.File("usr/local/bin/b", 50_000),
                "/bin/sh -c #(nop) COPY file:0123456789abcde0 in /usr/local/bin/ ")
            .WithLayer(l => l.File("usr/local/bin/a", 50_000, mode: Exec).File("usr/local/bin/b", 50_000, mode: Exec),
                $"RUN /bin/sh -c {command} # buildkit"));
        Assert.Equal(copy is null ? 0 : 2, made.Proposed.Count(l => l.Text == copy));
        Assert.Equal(copy is not null, made.Applied.Contains("metadata-copy-4"));
    }

    [Theory]
    [InlineData("/bin/sh -c #(nop) COPY dir:0123456789abcdef in /app/ ", 7, "COPY --chown=7:7 <source> /app/")]
    [InlineData("COPY --chown=app:app . /app/ # buildkit", 7, "COPY --chown=app:app . /app/")]
    [InlineData("COPY . /app/ # buildkit", 0, "COPY . /app/")]
    // An archive brings its own owners.
    [InlineData("/bin/sh -c #(nop) ADD file:0123456789abcdef in /app/ ", 7, "ADD <source> /app/")]
    public async Task An_owner_that_the_history_leaves_out_is_that_of_the_files(string copy, int uid, string line)
    {
        var made = await MadeAsync(
            Base().WithLayer(l => l.Directory("app").File("app/a", 10, uid: uid, gid: uid)
                .File("app/b", 10, uid: uid, gid: uid), copy));
        Assert.Equal([line], Own(made));
    }

    [Theory]
    [InlineData("home/node/.npm/_cacache/x", "    && rm -rf /home/node/.npm")]
    // What is not the user's own it may not remove.
    [InlineData("root/.npm/_cacache/x", null)]
    public async Task A_user_empties_its_own_cache(string file, string? line)
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("USER node")
            .WithLayer(l => l.File(file, 50_000).File("app/x", 10), "RUN /bin/sh -c npm ci # buildkit"));
        Assert.Equal(line is not null, made.Applied.Count == 1);
        Assert.Contains(line ?? "RUN npm ci", Own(made));
    }

    [Fact]
    public async Task An_argument_has_the_value_that_the_image_was_built_with()
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("ARG VERSION=1")
            .WithLayer(l => l.File("a", 10), "RUN |1 VERSION=2.5 /bin/sh -c make # buildkit"));
        Assert.Equal(["ARG VERSION=2.5", "RUN make"], Own(made));
    }

    [Theory]
    [InlineData("pip install flask", "root/.cache/pip/w", "RUN pip install --no-cache-dir flask")]
    [InlineData("python3 -m pip install flask", "root/.cache/pip/w", "RUN python3 -m pip install --no-cache-dir flask")]
    [InlineData("apk update && apk add curl", "var/cache/apk/x.tar.gz", "RUN apk add --no-cache curl")]
    [InlineData("dnf install -y git", "var/cache/dnf/x", "RUN dnf install -y git \\")]
    [InlineData("go build ./...", "go/pkg/mod/cache/x", "RUN --mount=type=cache,target=/go/pkg/mod go build ./...")]
    [InlineData("./install-everything", "root/.cache/pip/w", null)]
    [InlineData("if true; then pip install flask; fi", "root/.cache/pip/w", null)]
    public async Task Caches_are_not_written_or_not_kept(string command, string file, string? line)
    {
        var made = await MadeAsync(
            Base().WithLayer(l => l.File(file, 50_000).File("app/x", 10), $"RUN /bin/sh -c {command} # buildkit"));
        Assert.Equal(line is not null, made.Applied.Count == 1);
        Assert.Contains(line ?? "RUN " + command, made.Proposed.Select(l => l.Text));
    }

    [Fact]
    public async Task Files_of_the_context_are_listed_in_a_dockerignore()
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("WORKDIR /app")
            .WithLayer(l => l.File("app/.git/HEAD", 30).File("app/.git/objects/pack/p.pack", 50_000)
                .File("app/a.js", 10), "COPY . . # buildkit"));
        Assert.Equal("**/.git\n", made.Ignore);
        Assert.Contains("version-control-1", made.Applied);
        Assert.Equal(made.Lines.Select(l => l.Text), made.Proposed.Select(l => l.Text));
    }

    [Fact]
    public async Task The_operand_of_an_installer_is_no_program()
    {
        var made = await MadeAsync(Base().WithLayer(
            l => l.File("opt/conda/pkgs/a/x", 50_000),
            "RUN /bin/sh -c bash /tmp/install.sh -b -p /opt/conda # buildkit"));
        Assert.Empty(made.Applied);
        Assert.Contains(made.Proposed, l => l.Text == "RUN bash /tmp/install.sh -b -p /opt/conda");
    }

    [Theory]
    [InlineData("app")]
    [InlineData("build")]
    [InlineData("target/build/app")]
    public async Task A_build_keeps_its_repository_in_a_mount_and_removes_what_it_noted(string folder)
    {
        var made = await MadeAsync(Base().WithEmptyHistory("WORKDIR /" + folder).WithLayer(
            l => l.File("root/.m2/repository/a.jar", 50_000)
                .File(folder + "/target/surefire-reports/a.xml", 20_000, 's').File(folder + "/target/app.jar", 10, 'j'),
            "RUN /bin/sh -c sh ./mvnw -q package # buildkit"));
        Assert.Contains(
            made.Proposed, l => l.Text == "RUN --mount=type=cache,target=/root/.m2/repository sh ./mvnw -q package \\");
        Assert.Contains(made.Proposed, l => l.Text.Trim() == $"&& rm -rf /{folder}/target/surefire-reports");
        Assert.Equal(["package-cache-maven-1"], made.Applied);
    }

    [Fact]
    public async Task A_folder_that_COPY_filled_is_not_removed_with_what_a_RUN_left_in_it()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("tmp/gem/a.rb", 30_000), "COPY . /tmp/gem # buildkit")
            .WithLayer(l => l.File("tmp/gem/a-1.0.gem", 40_000, 'g'),
                "RUN /bin/sh -c cd /tmp/gem && gem build # buildkit"));
        Assert.Contains(made.Proposed, l => l.Text.EndsWith("rm -rf /tmp/gem/a-1.0.gem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_hardly_matters_is_removed_on_a_line_of_its_own()
    {
        var made = await MadeAsync(Base().WithLayer(
            l => l.File("var/lib/apt/lists/x", 90_000).File("var/lib/dpkg/status-old", 80_000, 's')
                .File("var/log/dpkg.log", 70_000, 'l'),
            "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends git # buildkit"));
        Assert.Equal(["&& rm -rf /var/lib/apt/lists/*", "&& rm -rf /var/lib/dpkg/*-old /var/log/dpkg.log"],
            made.Proposed.Select(l => l.Text.TrimEnd('\\', ' ').Trim())
                .Where(l => l.StartsWith("&& rm", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_virtual_environment_that_nothing_starts_from_stays_out()
    {
        var image = Base()
            .WithEmptyHistory("WORKDIR /app")
            .WithLayer(l => l.File("app/.venv/pyvenv.cfg", 30).File("app/.venv/lib/x.so", 50_000, 'v')
                .File("app/a.py", 10), "COPY . . # buildkit");
        image.Command = ["python3", "a.py"];
        Assert.Equal("**/.venv\n", (await MadeAsync(image)).Ignore);
        image.Environment = ["VIRTUAL_ENV=/app/.venv"];
        Assert.Null((await MadeAsync(image)).Ignore);
    }

    [Fact]
    public async Task A_name_that_installed_packages_have_too_is_ignored_at_its_place_alone()
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("WORKDIR /app")
            .WithLayer(Project, "COPY . . # buildkit")
            .WithEmptyHistory("CMD [\"node\" \"a.js\"]"));
        Assert.Equal("**/.git\ncoverage\ntest\n", made.Ignore);
        Assert.Equal(made.Now.DiskBytes - 62_000, made.Predicted.DiskBytes);
    }

    [Theory]
    [InlineData("COPY web /app/ # buildkit", "**/.git\nweb/coverage\nweb/test\n")]
    [InlineData("/bin/sh -c #(nop) COPY dir:0123456789abcdef in /app/ ", "**/.git\ncoverage\ntest\n")]
    // Which of two directories had them is not known.
    [InlineData("COPY web lib /app/ # buildkit", "**/.git\n")]
    public async Task Places_in_the_context_are_those_below_what_COPY_named(string copy, string ignore) =>
        Assert.Equal(ignore,
            (await MadeAsync(Base().WithLayer(Project, copy).WithEmptyHistory("CMD [\"node\" \"a.js\"]"))).Ignore);

    [Fact]
    public async Task A_directory_whose_place_in_the_context_is_not_known_is_ignored_only_where_its_name_is_its_own()
    {
        var made = await MadeAsync(Base().WithLayer(
            l => l.File("app/package.json", 10).File("app/test/a", 4000).File("app/node_modules/x/test/a", 30),
            "/bin/sh -c #(nop) COPY dir:0123456789abcdef in /app/ "));
        Assert.Null(made.Ignore);
        Assert.Empty(made.Applied);
    }

    [Theory]
    [InlineData("RUN /bin/sh -c pytest test/unit # buildkit", "coverage")]
    [InlineData("RUN /bin/sh -c ls coverage # buildkit", "test")]
    [InlineData("COPY test/a /opt/a # buildkit", "coverage")]
    public async Task What_a_later_instruction_names_stays_in_the_context(string later, string leftOut)
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("WORKDIR /app")
            .WithLayer(Project, "COPY . . # buildkit")
            .WithLayer(l => l.File("opt/test/a", 4000), later.Replace(
                "/opt/a", "/opt/test", StringComparison.Ordinal)));
        Assert.Equal($"**/.git\n{leftOut}\n", made.Ignore);
    }

    private static void Project(LayerBuilder layer) => layer
        .File("app/.git/HEAD", 1000).File("app/.git/objects/pack/p.pack", 50_000).File("app/a.js", 10)
        .File("app/package.json", 10)
        .File("app/test/a.test.js", 4000).File("app/coverage/lcov.info", 7000)
        .File("app/node_modules/x/test/a", 30).File("app/node_modules/x/coverage/c", 30);

    [Fact]
    public async Task A_secret_is_given_by_a_mount_and_its_value_appears_nowhere()
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("ARG NPM_TOKEN=hunter2")
            .WithLayer(l => l.File("app/x", 10),
                "RUN |1 NPM_TOKEN=hunter2 /bin/sh -c fetch --auth $NPM_TOKEN # buildkit"));
        Assert.Contains(
            "RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN fetch --auth $NPM_TOKEN",
            made.Proposed.Select(l => l.Text));
        Assert.DoesNotContain(made.Proposed, l => l.Text.StartsWith("ARG", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", made.Text + made.ProposedText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_knows_its_history_its_layer_and_its_bytes()
    {
        var made = await MadeAsync(Base()
            .WithEmptyHistory("WORKDIR /app")
            .WithLayer(l => l.File("app/a", 500), "COPY file:0123456789abcdef in . ")
            .WithLayer(l => l.File("app/b", 70), "|1 V=2 /bin/sh -c make && make install"));
        Assert.Equal(
            [
                "2||FROM <base>", "||WORKDIR /app", "1|500|COPY <source> .", "||ARG V=2",
                "2|70|RUN make && make install",
            ],
            made.Lines.Skip(
                1).Select(l => l.Text.StartsWith("FROM", StringComparison.Ordinal) ? "2||FROM <base>"
                    : $"{l.Layer}|{l.DiskBytes}|{l.Text}"));
        Assert.Equal(Enumerable.Range(1, made.Lines.Count), made.Lines.Select(l => l.Number));
        Assert.Equal(made.Now.DiskBytes, made.Lines.Sum(l => l.DiskBytes ?? 0));
        Assert.Contains(made.Notes, n => n.Contains("<source>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Windows_and_scripts_of_several_lines_are_shown_and_not_touched()
    {
        var made = await MadeAsync(Base()
            .WithLayer(l => l.File("root/.cache/pip/w", 50_000),
                "RUN /bin/sh -c pip install a\npip install b\n # buildkit")
            .WithEmptyHistory("SHELL [powershell -Command]")
            .WithLayer(l => l.File("root/.cache/pip/v", 50_000), "RUN powershell -Command pip install c # buildkit"));
        Assert.Equal(["RUN <<EOF", "pip install a", "pip install b", "EOF", "SHELL [\"powershell\", \"-Command\"]",
            "RUN pip install c"], Own(made));
        Assert.Empty(made.Applied);
    }

    private static ArchiveBuilder Base() => new ArchiveBuilder()
        .WithLayer(l => l.File("bin/sh", 100), "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
        .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]");

    private static async Task<Dockerfile> MadeAsync(ArchiveBuilder builder)
    {
        var image = await Images.AnalyzeAsync(builder);
        return Dockerfile.Create(
            image.Tree, image.Facts.History, image.Facts.Base, image.Facts.Platform.ToString(), image.Findings,
            Budgets.Default);
    }

    /// <summary>The proposal without comments and FROM.</summary>
    private static IEnumerable<string> Own(Dockerfile made) =>
        made.Proposed.Select(l => l.Text)
            .Where(t => !t.StartsWith('#') && !t.StartsWith("FROM", StringComparison.Ordinal));
}
