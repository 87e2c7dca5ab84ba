using CsCheck;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Tests.Dockerfiles;

/// <summary>A history is anybody's text: it ends in lines, whatever it says.</summary>
public sealed class DockerfileProperties
{
    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.String,
        Gen.OneOfConst(
            "RUN ", "COPY ", "ENV ", "LABEL ", "HEALTHCHECK ", "&{[\"CMD\" \"x\"] ", "\"30s\" ", "'\\x03'}",
            "EXPOSE map[80/tcp:{}]", "[\"a\" \"b\"]", "[/a /b]", "/bin/sh -c ", "#(nop) ", "|1 A=b ", "|9 ",
            "# buildkit", "\"", "'", "\\", "A=", "=", " in ", "dir:0123456789", "file:ab in /x", "--chown=a ",
            "rm -rf /x", "mv /x /y", "chown -R a:b /x", "&&", ";", "||", "apt-get update", "apt-get install x", "\n",
            "<<EOF", "…", "FROM", "CMD", "ONBUILD ", "ONBUILD ONBUILD RUN x", "USER a", "WORKDIR ../..",
            "SHELL [\"cmd\"]", "=***", "{", "}", "]", "(", ")")
            .Array[0, 12].Select(parts => string.Concat(parts)));

    [Fact]
    public async Task Any_history_makes_a_Dockerfile()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("x/a", 9000).File("var/lib/apt/lists/p", 9000).File("root/.cache/pip/w", 900))
            .WithLayer(l => l.Whiteout("x/a").File("y/a", 9000).File("app/.git/HEAD", 9)
                .File("app/.git/config", 9), "COPY . /app # buildkit")
            .WithLayer(l => l.File("y/a", 9000, uid: 4).Whiteout("var/lib/apt/lists/p")));
        Line.Array[3, 3].Select(Gen.Int[0, 3]).Sample(
            (lines, layers) =>
            {
                List<HistoryEntry> history =
                [
                    .. lines.Select((
                        l, i) => new HistoryEntry(
                            null, Instruction.Clean(SecretNames.Hide(l)), false,
                            i) { Arguments = Instruction.Arguments(l) }),
                    new HistoryEntry(null, Instruction.Clean(lines[0]), true, null),
                ];
                var from = BaseImage.Unknown with { Layers = layers };
                var made = Dockerfile.Create(
                    image.Tree, history, from, "linux/amd64", image.Findings,
                    Budgets.Default);
                return made.Lines.Count > 0 && made.Lines.All(l => !l.Text.Contains('\n', StringComparison.Ordinal))
                    && made.Proposed.All(l => !l.Text.Contains('\n', StringComparison.Ordinal))
                    && made.Predicted.DiskBytes <= made.Now.DiskBytes
                    && made.Applied.All(a => image.Findings.Any(f => f.Id == a));
            },
            iter: 20_000);
    }

    [Fact]
    public async Task The_longest_line_takes_no_time()
    {
        var tree = await Images.TreeAsync(l => l.File("a", 1));
        string[] parts =
        [
            "a && ", "$(", "\"", "'", "( ", "{ ", "for ", "A=b ", "\"a=", "[\"", "map[", " -a", "/x ", "|1 ", "<<", "\\"
        ];
        foreach (var part in parts)
        {
            var text = string.Concat(Enumerable.Repeat(part, Instruction.MaxLength / part.Length));
            foreach (var keyword in (string[])[
                "RUN ", "ENV ", "LABEL ", "HEALTHCHECK &{", "COPY ", "EXPOSE ", "|1 ", "RUN |3 "
            ])
            {
                var time = System.Diagnostics.Stopwatch.StartNew();
                var line = Instruction.Clean(keyword + text);
                Dockerfile.Create(
                    tree, [new HistoryEntry(
                        null, line, false, 0) { Arguments = Instruction.Arguments(keyword + text) }], BaseImage.Unknown,
                    "linux/amd64", [], Budgets.Default);
                Assert.True(time.Elapsed < TimeSpan.FromSeconds(3), $"{keyword}{part}: {time.Elapsed}");
            }
        }
    }
}
