using System.Text.Json;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>What builders write around, lose and leave out (cases 20 to 29).</summary>
public sealed class HistoryTextTests
{
    // Each line of a history, then the Dockerfile's.
    public static TheoryData<string[], string[]> Shells => new()
    {
        // Windows, with a shell of several statements.
        {
            [
                "powershell -Command $ErrorActionPreference = 'Stop'; #(nop)  ENV A=1",
                "cmd /S /C #(nop)  SHELL [powershell -Command $ErrorActionPreference = 'Stop'; $P = 'No';]",
                "powershell -Command $ErrorActionPreference = 'Stop'; $P = 'No'; Invoke-WebRequest x",
                "|1 V=a b powershell -Command $ErrorActionPreference = 'Stop'; $P = 'No'; Write-Host $env:V",
                "powershell -Command $ErrorActionPreference = 'Stop'; $P = 'No'; #(nop)  USER app",
                "powershell -Command $ErrorActionPreference = 'Stop'; $P = 'No'; #(nop) COPY file:aa11 in c:/x ",
            ],
            ["ENV A=1", "SHELL", "RUN Invoke-WebRequest x", "RUN Write-Host $env:V", "USER app",
                "COPY <source> c:/x"]
        },
        // Several arguments with anything in them, the shell's own name too.
        {
            ["SHELL [/bin/ash -eo pipefail -c]",
                "RUN |3 A=one two B=/bin/ash -eo pipefail -c x C= /bin/ash -eo pipefail -c make all # buildkit",
                "RUN |0 /bin/ash -eo pipefail -c true # buildkit"],
            ["SHELL", "RUN make all", "RUN true"]
        },
        // JSON form, as kaniko writes it; back to sh.
        {
            ["SHELL [\"/usr/local/bin/with-env\", \"/bin/bash\", \"-c\"]",
                "RUN /usr/local/bin/with-env /bin/bash -c ./a # buildkit",
                "SHELL [/bin/sh -c]", "RUN /bin/sh -c ./b # buildkit"],
            ["SHELL", "RUN ./a", "SHELL", "RUN ./b"]
        },
        // Stands nowhere: a SHELL is written for it, and taken back.
        {
            ["RUN /bin/bash -o pipefail -c curl x | tar x # buildkit", "RUN /bin/bash -o pipefail -c make # buildkit",
                "RUN /bin/sh -c true # buildkit"],
            ["SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]", "RUN curl x | tar x", "RUN make",
                "SHELL [\"/bin/sh\", \"-c\"]", "RUN true"]
        },
        {
            ["/usr/bin/bash --noprofile -euo pipefail -O extglob -c #(nop)  ENV A=1",
                "|1 V=1 /usr/bin/bash --noprofile -euo pipefail -O extglob -c make"],
            ["ENV A=1",
                "SHELL [\"/usr/bin/bash\", \"--noprofile\", \"-euo\", \"pipefail\", \"-O\", \"extglob\", \"-c\"]",
                "RUN make"]
        },
        // What kaniko keeps is the Dockerfile's own.
        { ["RUN /bin/bash -c \"make all\"", "RUN bash -c 'make all'"],
            ["RUN /bin/bash -c \"make all\"", "RUN bash -c 'make all'"] },
        { ["RUN /bin/sh -c echo '#(nop) ENV A=1' > /x # buildkit"], ["RUN echo '#(nop) ENV A=1' > /x"] },
        { ["RUN /bin/sh -c /bin/bash -c \"x\" # buildkit"], ["RUN /bin/bash -c \"x\""] },
    };

    [Theory]
    [MemberData(nameof(Shells), DisableDiscoveryEnumeration = true)]
    public async Task Shells_are_taken_off_word_by_word(string[] history, string[] expected)
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 1), "ADD rootfs.tar / # buildkit");
        foreach (var line in history)
            image.WithEmptyHistory(line);
        var lines = (await CaseDockerfile.LinesAsync(image)).Where(
            l => !l.StartsWith('#') && !l.StartsWith("ADD", StringComparison.Ordinal)
                && !l.StartsWith("FROM", StringComparison.Ordinal) && !l.StartsWith("ARG", StringComparison.Ordinal))
            .Select((l, i) => i < expected.Length && expected[i] == "SHELL" ? l[..5] : l);
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void The_shell_of_the_config_is_known_before_any_line_says_it()
    {
        var history = BuildHistory.Read(
            [new(null, "RUN conda run -n base bash -lc pip install x # buildkit", false),
                new(null, "conda run -n base bash -lc #(nop)  USER app", true)], 1,
            new ImageSettings([]) { Shell = ["conda", "run", "-n", "base", "bash", "-lc"] }, Work());
        Assert.Equal(["RUN pip install x", "USER app"], history.Select(h => h.Instruction));
        Assert.Equal(["conda", "run", "-n", "base", "bash", "-lc"], history[0].Shell);
    }

    [Theory]
    [InlineData("COPY <<EOF /x # buildkit")]
    [InlineData("COPY --chown=1:1 <<A <<B /x/ # buildkit")]
    [InlineData("ADD <<-\"END\" /x # buildkit")]
    [InlineData("COPY a <<EOF b /x/ # buildkit")]
    [InlineData("RUN /bin/sh -c /dev/pipes/EOF # buildkit")]
    [InlineData("RUN |1 A=b /bin/sh -c /dev/pipes/SCRIPT # buildkit")]
    [InlineData("RUN /bin/sh -c python3 <<EOF # buildkit")]
    [InlineData("RUN /bin/sh -c cat <<-'END' > /x && true # buildkit")]
    public async Task A_lost_here_document_is_a_comment(string createdBy)
    {
        var made = CaseDockerfile.Create(await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("a", 1), createdBy).WithEmptyHistory("CMD [\"x\"]")));
        Assert.DoesNotContain(
            made.Lines, l => !l.Text.StartsWith('#') && (l.Text.Contains("<<", StringComparison.Ordinal)
                || l.Text.Contains("/dev/pipes", StringComparison.Ordinal)));
        Assert.Contains(made.Lines, l => l.Text.StartsWith("# ", StringComparison.Ordinal) && l.Layer == 0);
        Assert.Contains(made.Notes, n => n.Contains("here-document", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RUN /bin/sh -c cat <<A > /x && cat <<-B > /y\na\nA\nb\n\tB # buildkit",
        "RUN cat <<A > /x && cat <<-B > /y|a|A|b|\tB")]
    [InlineData("RUN /bin/sh -c cat <<A > /x\na\nA\nmake\n # buildkit", "RUN <<EOF|cat <<A > /x|a|A|make|EOF")]
    [InlineData("RUN /bin/sh -c wc <<< word\nmake\n # buildkit", "RUN <<EOF|wc <<< word|make|EOF")]
    [InlineData("RUN /bin/sh -c echo $((1<<4)) $((1 << 4)) # buildkit", "RUN echo $((1<<4)) $((1 << 4))")]
    public async Task A_whole_here_document_builds(string createdBy, string expected)
    {
        var lines = await CaseDockerfile.LinesAsync(
            new ArchiveBuilder().WithLayer(l => l.File("a", 1), createdBy));
        Assert.Equal(expected, string.Join('|', lines.Where(l => !l.StartsWith('#')).Skip(1)));
    }

    public static TheoryData<string[], string, string> Quotes => new()
    {
        { ["A=x y", "B=z"], "ENV A=x y B=z", "ENV A=\"x y\" B=z" },
        { ["A=x B=1 y", "C=2"], "ENV A=x B=1 y C=2", "ENV A=\"x B=1 y\" C=2" },
        { ["C=2", "A=x B=1 y"], "ENV C=2 A=x B=1 y", "ENV C=2 A=\"x B=1 y\"" },
        { ["A=last", "D=3"], "ENV A=env FOO=bar run D=3", "ENV A=\"env FOO=bar run\" D=3" },
        { ["A=it's \"q\" $1"], "ENV A=it's \"q\" $1", "ENV A=\"it's \\\"q\\\" \\$1\"" },
        { ["A=say $HOME"], "ENV A=say $HOME", "ENV A='say $HOME'" },
        { ["PS1=\\u \\w"], "ENV PS1=\\u \\w", "ENV PS1=\"\\\\u \\\\w\"" },
        { ["discovery.type=single node", "B=1"], "ENV discovery.type=single node B=1",
            "ENV discovery.type=\"single node\" B=1" },
        { ["A="], "ENV A=", "ENV A=\"\"" },
        { [], "ENV A=\"x y\" B='z w'", "ENV A=\"x y\" B='z w'" },
        { ["A=x y", "B=z w"], "ENV A=\"x y\" B='z w'", "ENV A=\"x y\" B='z w'" },
    };

    [Theory]
    [MemberData(nameof(Quotes), DisableDiscoveryEnumeration = true)]
    public async Task Lost_quotes_are_found_by_the_config(string[] environment, string createdBy, string expected) =>
        Assert.Contains(expected, await CaseDockerfile.LinesAsync(
            new ArchiveBuilder { Environment = environment }.WithLayer(l => l.File("a", 1), "ADD rootfs.tar /")
                .WithEmptyHistory(createdBy)));

    [Theory]
    // jib, ko, buildpacks, nix, bazel
    [InlineData("jib-gradle-plugin:3.4.0")]
    [InlineData("ko build ko://github.com/example/app")]
    [InlineData("Buildpacks Application Layer")]
    [InlineData("")]
    [InlineData("bazel build ...")]
    public async Task Settings_of_the_config_alone_are_said(string createdBy)
    {
        var lines = await CaseDockerfile.LinesAsync(new ArchiveBuilder
        {
            Environment =
                ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "KO_DATA_PATH=/var run"],
            Command = ["/app", "--port=1"],
        }.WithLayer(l => l.File("app", 1), createdBy));
        Assert.Equal(
            ["# " + ConfigOnly.Comment, "ENV KO_DATA_PATH=\"/var run\"", "CMD [\"/app\", \"--port=1\"]"], lines[^3..]);
    }

    public static TheoryData<string, string> Said => new()
    {
        { "CMD [\"/bin/sh\" \"-c\" \"npm start\"]", "/bin/sh|-c|npm start" },
        { "CMD npm start", "/bin/sh|-c|npm start" },
        { "CMD [\"npm\", \"start\"]", "npm|start" },
        { "/bin/sh -c #(nop)  CMD [\"sh\" \"-c\" \"echo \\\"a\\\" > b\"]", "sh|-c|echo \"a\" > b" },
        { "CMD [\"sh\" \"-c\" \"a\\nb\"]", "sh|-c|a\nb" },
    };

    [Theory]
    [MemberData(nameof(Said))]
    public async Task What_the_history_says_is_not_said_again(string createdBy, string command)
    {
        var lines = await CaseDockerfile.LinesAsync(new ArchiveBuilder
        {
            Environment = ["PATH=/a:/b", "A=x y", "B=2", "C=3 D=4"],
            Command = command.Split('|'),
        }.WithLayer(l => l.File("app", 1), "ADD rootfs.tar / # buildkit").WithEmptyHistory("ENV PATH=$PATH:/b")
            .WithEmptyHistory("ENV A=x y B=2").WithEmptyHistory("ENV C 3 D=4").WithEmptyHistory(createdBy));
        Assert.DoesNotContain("# " + ConfigOnly.Comment, lines);
    }

    [Theory]
    [InlineData("KMS_KEY_ALIAS", false)]
    [InlineData("PASSWORD_PROMPT_STRING", false)]
    [InlineData("TOKEN_VERSION", false)]
    [InlineData("ACCESS_CONTROL_ALLOW_ORIGIN", false)]
    [InlineData("ACCESS_CONTROL_MAX_AGE", false)]
    [InlineData("PASS_MAX_DAYS", false)]
    [InlineData("PASS_MIN_LEN", false)]
    [InlineData("CACHE_KEY_PREFIX", false)]
    [InlineData("PARTITION_KEY", false)]
    [InlineData("SORT_KEY", false)]
    [InlineData("PRIMARY_KEY", false)]
    [InlineData("RECAPTCHA_SITE_KEY", false)]
    [InlineData("STRIPE_PUBLISHABLE_KEY", false)]
    [InlineData("PASSWORD_POLICY", false)]
    [InlineData("SECRET_ROTATION_DAYS", false)]
    [InlineData("TOKEN_HEADER", false)]
    [InlineData("GPG_KEYS", false)]
    [InlineData("API_KEY", true)]
    [InlineData("STRIPE_SECRET_KEY", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("SECRET_KEY_BASE", true)]
    [InlineData("MASTER_KEY", true)]
    [InlineData("SSH_PRIVATE_KEY", true)]
    [InlineData("DB_PASS", true)]
    [InlineData("MYSQL_ROOT_PASSWORD", true)]
    [InlineData("GITHUB_TOKEN", true)]
    [InlineData("KEY_PASSPHRASE", true)]
    [InlineData("CACHE_PASSWORD", true)]
    [InlineData("PARTITION_API_KEY", true)]
    public void Names_of_secrets_and_of_what_is_none(string name, bool secret) =>
        Assert.Equal(secret, SecretNames.IsSecret(name));

    [Theory]
    [InlineData("ENV DB_PASSWORD=correct horse battery staple A=1", "ENV DB_PASSWORD=*** A=1")]
    [InlineData("ENV A=1 DB_PASSWORD=correct horse battery staple", "ENV A=1 DB_PASSWORD=***")]
    [InlineData("ENV DB_PASSWORD correct horse=battery staple", "ENV DB_PASSWORD ***")]
    [InlineData("/bin/sh -c #(nop)  ENV DB_PASSWORD=correct horse battery staple", "ENV DB_PASSWORD=***")]
    [InlineData("/bin/bash -c #(nop)  LABEL db_password=correct horse battery staple", "LABEL db_password=***")]
    [InlineData("ONBUILD ENV DB_PASSWORD=correct horse battery staple", "ONBUILD ENV DB_PASSWORD=***")]
    [InlineData("ARG DB_PASSWORD=correct horse battery staple", "ARG DB_PASSWORD=***")]
    [InlineData("ENV DB_PASSWORD=correct\thorse\nbattery staple", "ENV DB_PASSWORD=***")]
    [InlineData("ENV DB_PASSWORD='correct horse battery staple' A=1", "ENV DB_PASSWORD=*** A=1")]
    [InlineData("RUN /bin/sh -c login -p 'correct horse battery staple' # buildkit", "RUN login -p '***'")]
    [InlineData("CMD [\"x\" \"correct horse battery staple\"]", "CMD [\"x\" \"***\"]")]
    [InlineData("|2 DB_PASSWORD=correct horse battery staple V=1 /bin/bash -o pipefail -c make", "RUN make")]
    [InlineData("RUN |1 DB_PASSWORD=correct horse V=battery staple /bin/sh -c make # buildkit", "RUN make")]
    public async Task A_secret_of_several_words_is_masked_whole(string createdBy, string expected)
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder
        {
            Environment = ["OTHER_SECRET=correct horse battery staple"],
            Command = ["run", "--with=correct horse battery staple"],
        }.WithLayer(l => l.File("a", 1), "ADD rootfs.tar / # buildkit").WithEmptyHistory(createdBy));
        Assert.Equal(expected, result.Facts.History[1].Instruction);
        var made = CaseDockerfile.Create(result);
        var kept = JsonSerializer.Serialize(new
        {
            result.Facts.History,
            result.Facts.Settings,
            result.Findings,
            made.Lines,
            made.Proposed,
        });
        foreach (var word in (string[])["correct", "horse", "battery", "staple"])
            Assert.DoesNotContain(word, kept, StringComparison.Ordinal);
    }

    private static WorkBudget Work() => new(new AnalysisOptions(), TestContext.Current.CancellationToken);
}
