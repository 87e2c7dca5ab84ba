using System.Text.Json;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Tests.Fixtures;

namespace ImageInsight.Analysis.Tests.References;

/// <summary>The tables of github.com/distribution/reference's own tests.</summary>
public sealed class ReferenceTableTests
{
    private static readonly Lazy<JsonElement?> Tables = new(() => FixtureFolder.Path is null
        ? null
        : JsonDocument.Parse(
            File.ReadAllText(FixtureFolder.File("tables/distribution_reference_raw.json"))).RootElement.GetProperty(
                "tables"));

    [Fact]
    public void The_grammar_without_defaults() => Each("reference_test.go:TestReferenceParse:tests", row =>
    {
        var parts = ReferenceGrammar.Match(Text(row, "input"));
        Digest digest = default;
        var good = parts is { } p && p.Path.Length <= ReferenceGrammar.MaxPathLength
            && (p.Digest is null || Digest.TryParse(p.Digest, out digest));
        Assert.Equal(!row.TryGetProperty("err", out _), good);
        if (!good)
            return;
        var (domain, path, tag, stated) = parts!.Value;
        Assert.Equal(Text(row, "domain"), domain);
        Assert.Equal(Text(row, "repository"), domain.Length == 0 ? path : $"{domain}/{path}");
        Assert.Equal(Text(row, "tag"), tag ?? "");
        Assert.Equal(Text(row, "digest"), stated ?? "");
    });

    [Fact]
    public void Hosts() => Each("regexp_test.go:TestDomainRegexp:tests", row =>
        Assert.Equal(row.GetProperty("match").GetBoolean(), ReferenceGrammar.IsDomain(Text(row, "input"))));

    [Fact]
    public void Names() => Each("regexp_test.go:TestFullNameRegexp:tests", row =>
        Assert.Equal(
            row.GetProperty("match").GetBoolean(),
            ReferenceGrammar.Match(Text(row, "input")) is { Tag: null, Digest: null }));

    [Fact]
    public void Whole_references() => Each("regexp_test.go:TestReferenceRegexp:tests", row =>
    {
        var match = ReferenceGrammar.Match(Text(row, "input"));
        Assert.Equal(row.GetProperty("match").GetBoolean(), match is not null);
        if (match is { } m && row.TryGetProperty("subs", out var subs))
            Assert.Equal(
                subs.EnumerateArray().Select(s => s.GetString()!),
                [m.Domain.Length == 0 ? m.Path : $"{m.Domain}/{m.Path}", m.Tag ?? "", m.Digest ?? ""]);
    });

    [Fact]
    public void Identifiers() => Each("regexp_test.go:TestIdentifierRegexp:tests", row =>
        Assert.Equal(row.GetProperty("match").GetBoolean(), ReferenceGrammar.IsIdentifier(Text(row, "input"))));

    [Fact]
    public void Names_that_are_taken() => Each("normalize_test.go:TestValidateReferenceName:validRepoNames", row =>
        Assert.True(ImageReference.TryParse(row.GetString(), out _, out var error), error));

    [Fact]
    public void Names_that_are_refused() => Each("normalize_test.go:TestValidateReferenceName:invalidRepoNames", row =>
    {
        Assert.False(ImageReference.TryParse(row.GetString(), out _, out var error));
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    });

    [Fact]
    public void Repositories_that_are_taken() =>
        Each("normalize_test.go:TestValidateRemoteName:validRepositoryNames", row =>
        Assert.True(ImageReference.TryParse(row.GetString(), out _, out var error), error));

    [Fact]
    public void Repositories_that_are_refused() =>
        Each("normalize_test.go:TestValidateRemoteName:invalidRepositoryNames", row =>
        Assert.False(ImageReference.TryParse(row.GetString(), out _, out _)));

    [Fact]
    public void Hosts_and_paths_with_their_defaults() =>
        Each("normalize_test.go:TestNormalizedSplitHostname:tests", row =>
    {
        var reference = Parse(Text(row, "input"));
        Assert.Equal((Text(row, "domain"), Text(row, "path")), (reference.Registry, reference.Repository));
    });

    [Fact]
    public void Familiar_and_full_names() => Each("normalize_test.go:TestParseRepositoryInfo:tests", row =>
    {
        foreach (var written in new[] { "FamiliarName", "FullName", "AmbiguousName" }.Select(n => Text(row, n))
            .Where(n => n.Length > 0))
        {
            var reference = Parse(written);
            Assert.Equal(Text(row, "Domain"), reference.Registry);
            Assert.Equal(Text(row, "RemoteName"), reference.Repository);
            Assert.Equal(Text(row, "FullName") + ":latest", reference.ToString());
            Assert.Equal(Text(row, "FamiliarName") + ":latest", reference.Familiar);
        }
    });

    /// <summary>
    /// The difference: with tag and digest Docker forgets the tag; here the digest decides and the tag stays to be
    /// shown.
    /// </summary>
    [Fact]
    public void What_Docker_asks_for() => Each("normalize_test.go:TestParseDockerRef:tests", row =>
    {
        var reference = Parse(Text(row, "input"));
        Assert.Equal(Text(
            row, "expected"), (reference.Digest is null ? reference : reference with { Tag = null }).ToString());
    });

    [Fact]
    public void Short_names() => Each("normalize_test.go:TestParseAnyReference:tests", row =>
    {
        var written = Text(row, "Reference");
        // The table also takes IDs; they name no registry and are refused with a sentence that says so.
        if (ReferenceGrammar.IsIdentifier(written) || written.StartsWith("sha256:", StringComparison.Ordinal))
            Assert.False(ImageReference.TryParse(written, out _, out _));
        else
            Assert.Equal(Text(row, "Equivalent"), Untagged(Parse(written), written));
    });

    private static string Untagged(ImageReference reference, string written) =>
        (written.Split('/')[^1].Split('@')[0].Contains(':', StringComparison.Ordinal) ? reference
            : reference with { Tag = null }).ToString();

    private static ImageReference Parse(string text) =>
        ImageReference.TryParse(text, out var reference, out var error) ? reference
            : throw new FormatException($"{text}: {error}");

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static void Each(string table, Action<JsonElement> check)
    {
        Assert.SkipWhen(Tables.Value is null, FixtureFolder.Missing);
        var rows = Tables.Value!.Value.GetProperty(table).EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => check(row));
    }
}
