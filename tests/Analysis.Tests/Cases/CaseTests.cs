using System.Text.Json;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>The cases of ../shared/cases, each by its name there, with the right answer.</summary>
public sealed class CaseTests
{
    [Fact]
    public async Task Case_03b_hardlink_order()
    {
        var files = (await CaseFolder.AnalyzeAsync("03b-hardlink-order")).Tree.Listing();
        Assert.Equal(("file", null), (files["/t1"].Kind, files["/t1"].LinkTarget));
        Assert.Equal(("hardlink", "/t3"), (files["/t2"].Kind, files["/t2"].LinkTarget));
        Assert.Equal(("hardlink", "/t2"), (files["/t3"].Kind, files["/t3"].LinkTarget));
        Assert.Equal(files["/t2"].ContentHash, files["/t3"].ContentHash);
    }

    [Fact]
    public async Task Case_10_pnpm_hardlinked_manifest()
    {
        var package = Assert.Single((await CaseFolder.AnalyzeAsync("10-pnpm-hardlinked-manifest")).Packages.All);
        Assert.Equal(("npm", "is-odd", "3.0.1"), (package.Ecosystem, package.Name, package.Version));
    }

    [Fact]
    public async Task Case_11_uv_hardlink_cache_removed()
    {
        var package = Assert.Single((await CaseFolder.AnalyzeAsync("11-uv-hardlink-cache-removed")).Packages.All);
        Assert.Equal(("pypi", "Flask", "3.0.3"), (package.Ecosystem, package.Name, package.Version));
    }

    [Fact]
    public async Task Case_12_executable_jar()
    {
        var result = await CaseFolder.AnalyzeAsync("12-executable-jar");
        var names = result.Packages.All.Select(p => $"{p.Name} {p.Version}").ToList();
        Assert.Equal(2, names.Count(n => n.StartsWith("com.example:demo ", StringComparison.Ordinal)));
        Assert.Equal(2, names.Count(n => n.Contains("snakeyaml ", StringComparison.Ordinal)));
        Assert.Equal(0, result.Packages.Omitted);
    }

    [Fact]
    public async Task Case_17b_pom_properties_form()
    {
        var names = (await CaseFolder.AnalyzeAsync("17b-pom-properties-form")).Packages.All
            .Select(p => $"{p.Name} {p.Version}").ToList();
        Assert.Contains("org.example:colon 1.5", names);
        Assert.Contains("org.example:space 1.5", names);
        Assert.Equal(3, names.Count);
    }

    [Fact]
    public async Task Case_20_classic_shell_nop() => Assert.Equal(
        [
            "SHELL [\"/bin/bash\", \"--login\", \"-o\", \"pipefail\", \"-c\"]",
            "ARG OPAM_VERSION=2.0.6",
            "ENV OPAM_VERSION=2.0.6",
            "RUN apt-get update -y -q",
            "COPY <source> /app",
            "USER coq",
            "CMD [\"coqtop\"]",
        ], TextOf(await CaseFolder.AnalyzeAsync("20-classic-shell-nop"))[^7..]);

    [Fact]
    public async Task Case_21_buildkit_shell_errexit() => Assert.Equal(
        [
            "SHELL [\"/bin/bash\", \"-o\", \"errexit\", \"-o\", \"nounset\", \"-o\", \"pipefail\", \"-c\"]",
            "RUN install_packages ca-certificates",
            "ARG V=1",
            "RUN make",
            "SHELL [\"/bin/bash\", \"--login\", \"-c\"]",
            "RUN nvm install 20",
            "SHELL [\"conda\", \"run\", \"-n\", \"env\", \"/bin/bash\", \"-c\"]",
            "RUN pip install x",
            "CMD [\"x\"]",
        ], TextOf(await CaseFolder.AnalyzeAsync("21-buildkit-shell-errexit"))[^9..]);

    [Fact]
    public async Task Case_23_heredocs()
    {
        var made = MadeOf(await CaseFolder.AnalyzeAsync("23-heredocs"));
        Assert.Equal(
            [
                "RUN <<EOF", "apt-get update", "apt-get install -y curl", "EOF",
                "# RUN /dev/pipes/EOF (a here-document whose content the history does not have)",
                "# COPY <<EOF /etc/app.conf (a here-document whose content the history does not have)",
                "RUN cat <<EOT > /run.sh", "#!/bin/bash", "exec x", "EOT",
                "RUN echo after",
                "CMD [\"/run.sh\"]",
            ], made.Lines.Select(l => l.Text).ToList()[^12..]);
        Assert.Contains(made.Notes, n => n.Contains("here-document", StringComparison.Ordinal));
        Assert.DoesNotContain(
            made.Proposed, l => !l.Text.StartsWith('#') && l.Text.Contains("<<EOF /etc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case_24_kaniko_no_empty_layers()
    {
        var made = MadeOf(await CaseFolder.AnalyzeAsync("24-kaniko-no-empty-layers"));
        Assert.Equal(
            [
                "COPY foo /foo",
                "RUN make",
                "# " + ConfigOnly.Comment,
                "LABEL testLabel=testLabel",
                "ENV PATH=/usr/bin",
                "ENV APP=1",
                "EXPOSE 8080",
                "VOLUME [\"/data\"]",
                "WORKDIR /srv",
                "USER app",
                "STOPSIGNAL SIGINT",
                "ENTRYPOINT [\"/init\"]",
                "CMD [\"/foo\"]",
            ], made.Lines.Select(l => l.Text).ToList()[^13..]);
        Assert.Contains(made.Notes, n => n.Contains("config alone", StringComparison.Ordinal));
        Assert.Equal(made.Lines.Select(l => l.Text).ToList()[^11..], made.Proposed.Select(l => l.Text).ToList()[^11..]);
    }

    [Fact]
    public async Task Case_26_label_quotes() => Assert.Equal(
        [
            "LABEL maintainer=Microsoft org.label-schema.schema-version=1.0 org.label-schema.name=\"Azure CLI\" "
                + "org.label-schema.description=\"A great cloud needs great tools; we're excited\" "
                + "org.label-schema.docker.cmd='docker run -e HOME=/root -v ${HOME}/.azure:/root/.azure -it "
                + "mcr/azure-cli'",
            "ENV JAVA_OPTS=\"-Xmx1g -Dmode=x\" CMDLINE=\"env FOO=bar run\"",
            "CMD [\"x\"]",
        ], TextOf(await CaseFolder.AnalyzeAsync("26-label-quotes")).Where(
            l => l.StartsWith("LABEL", StringComparison.Ordinal) || l.StartsWith("ENV J", StringComparison.Ordinal)
                || l.StartsWith("CMD", StringComparison.Ordinal)));

    [Fact]
    public async Task Case_27_secret_names()
    {
        var result = await CaseFolder.AnalyzeAsync("27-secret-names");
        Assert.Equal(
            [("secret-variable-env", Severity.High, "API_KEY set in the image's environment"),
                ("secret-variable-env-id", Severity.Low, "AWS_ACCESS_KEY_ID set in the image's environment")],
            result.Findings.Where(f => f.RuleId == "secret-variable").Select(f => (f.Id, f.Severity, f.Title)).Order());
        Assert.Equal(
            ["API_KEY=***", "AWS_ACCESS_KEY_ID=***"],
            result.Facts.Environment.Where(e => e.EndsWith("***", StringComparison.Ordinal)).Order(
                StringComparer.Ordinal));
    }

    [Fact]
    public async Task Case_28_passphrase_with_spaces()
    {
        var result = await CaseFolder.AnalyzeAsync("28-passphrase-with-spaces");
        var kept = JsonSerializer.Serialize(new
        {
            result.Facts.History,
            result.Facts.Environment,
            result.Facts.Settings,
            Instructions = result.Facts.Layers.Select(l => l.Instruction),
            result.Findings,
            MadeOf(result).Lines,
            MadeOf(result).Proposed,
        });
        foreach (var word in (string[])["correct", "horse", "battery", "staple", "two words", "words", "sesame",
            "open s", "alpha", "beta", "a b c", "b c"])
            Assert.DoesNotContain(word, kept, StringComparison.Ordinal);
        Assert.Equal(
            ["ADD rootfs.tar /", "ENV DB_PASSWORD=***", "RUN npm ci", "ARG SIGNING_PASSPHRASE=***", "RUN make",
                "ENV API_SECRET=***"], result.Facts.History.Select(h => h.Instruction));
        Assert.Equal(["GIT_TOKEN=***", "V=1"], result.Facts.History[4].Arguments);
        Assert.Equal(["NPM_TOKEN=***"], result.Facts.History[2].Arguments);
    }

    [Fact]
    public async Task Case_29_shell_rules_errexit()
    {
        var result = await CaseFolder.AnalyzeAsync("29-shell-rules-errexit");
        var finding = Assert.Single(result.Findings, f => f.Id == "package-cache-apt-1");
        Assert.Equal("RUN apt-get update && apt-get install -y curl", finding.Instruction);
        var proposed = MadeOf(result).Proposed.Select(l => l.Text).ToList();
        Assert.Contains("SHELL [\"/bin/bash\", \"-o\", \"errexit\", \"-o\", \"nounset\", \"-o\", \"pipefail\", \"-c\"]",
            proposed);
        Assert.Contains("RUN apt-get update \\", proposed);
        Assert.Contains("    && rm -rf /var/lib/apt/lists/*", proposed);
    }

    private static List<string> TextOf(ImageAnalysis result) => [.. MadeOf(result).Lines.Select(l => l.Text)];

    private static Dockerfile MadeOf(ImageAnalysis result) => CaseDockerfile.Create(result);
}
