using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Corpus;

/// <summary>
/// Each mistake beside its fix: found in the one, not in the other, and worth what the difference is.
/// </summary>
public sealed class FindingCorpusTests
{
    [Theory]
    [InlineData("a-apt", "package-cache")]
    [InlineData("a-apt", "update-alone")]
    [InlineData("a-apt", "recommended-packages")]
    [InlineData("b-download", "deleted-later")]
    [InlineData("c-chown", "metadata-copy")]
    [InlineData("d-mv", "moved-copy")]
    [InlineData("d-mv", "metadata-copy")]
    [InlineData("e-context", "version-control")]
    [InlineData("e-context", "local-files")]
    [InlineData("e-context", "secret-file")]
    [InlineData("f-npm", "package-cache")]
    [InlineData("f-npm", "development-dependencies")]
    [InlineData("g-compile", "build-toolchain")]
    [InlineData("h-docs", "documentation")]
    [InlineData("k-secrets", "secret-file")]
    [InlineData("k-secrets", "secret-variable")]
    [InlineData("g2-go", "build-toolchain")]
    [InlineData("g3-make", "build-toolchain")]
    [InlineData("m-logs", "deleted-later")]
    [InlineData("m-logs", "metadata-copy")]
    [InlineData("n-jdk", "build-toolchain")]
    [InlineData("q-archive", "leftover-archives")]
    [InlineData("q-archive", "overwritten")]
    [InlineData("r-twice", "deleted-later")]
    [InlineData("r-twice", "metadata-copy")]
    [InlineData("t-yarn", "package-cache")]
    [InlineData("u-clone", "version-control")]
    public async Task The_mistake_is_found_where_it_is_and_not_where_it_was_mended(string pair, string rule)
    {
        Assert.Contains((await ImageAsync(pair + "-naive")).Findings, f => f.RuleId == rule);
        Assert.DoesNotContain((await ImageAsync(pair + "-fixed")).Findings, f => f.RuleId == rule);
    }

    [Theory]
    [InlineData("a-apt")]
    [InlineData("b-download")]
    [InlineData("c-chown", "version-control", "secret-file")]
    [InlineData("d-mv")]
    [InlineData("f-npm")]
    [InlineData("g-compile")]
    [InlineData("h-docs")]
    [InlineData("k-secrets")]
    [InlineData("g2-go")]
    [InlineData("g3-make")]
    [InlineData("i-symbols")]
    [InlineData("m-logs")]
    [InlineData("n-jdk")]
    [InlineData("o-purge")]
    [InlineData("q-archive")]
    [InlineData("r-twice")]
    [InlineData("t-yarn")]
    [InlineData("u-clone")]
    public async Task Nothing_is_loud_in_a_mended_image_but_what_it_really_has(string pair, params string[] expected) =>
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            (await ImageAsync(pair + "-fixed")).Findings.Where(f => f.Severity == Severity.High).Select(f => f.RuleId)
                .Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("a-apt", Confidence.Probable)]
    [InlineData("b-download", Confidence.Safe)]
    [InlineData("c-chown", Confidence.Safe)]
    [InlineData("d-mv", Confidence.Safe)]
    [InlineData("e-context", Confidence.Probable)]
    [InlineData("f-npm", Confidence.Probable)]
    [InlineData("h-docs", Confidence.Maybe)]
    [InlineData("k-secrets", Confidence.Safe)]
    [InlineData("g2-go", Confidence.Probable)]
    [InlineData("g3-make", Confidence.Probable)]
    [InlineData("i-symbols", Confidence.Maybe)]
    [InlineData("m-logs", Confidence.Safe)]
    [InlineData("n-jdk", Confidence.Probable)]
    [InlineData("o-purge", Confidence.Safe)]
    [InlineData("q-archive", Confidence.Probable)]
    [InlineData("r-twice", Confidence.Safe)]
    [InlineData("t-yarn", Confidence.Probable)]
    [InlineData("u-clone", Confidence.Probable)]
    public async Task The_predicted_saving_is_the_measured_one(string pair, Confidence least)
    {
        var (naive, mended) = (await ImageAsync(pair + "-naive"), await ImageAsync(pair + "-fixed"));
        var (before, after) = (Sizes(naive), Sizes(mended));
        var (left, rest) = (Without(naive, least), Without(mended, least));
        // P(naive) - P(fixed) against naive - fixed: what is left of both is the same.
        Assert.InRange(left.Disk - rest.Disk, -Allowed(before.Disk - after.Disk, 0.02), Allowed(
            before.Disk - after.Disk, 0.02));
        Assert.InRange(left.Pull - rest.Pull, -Allowed(before.Pull - after.Pull, 0.1), Allowed(
            before.Pull - after.Pull, 0.1));
    }

    private static long Allowed(long measured, double share) => Math.Max(100_000, (long)(Math.Abs(measured) * share));

    private static (long Disk, long Pull) Sizes(ImageAnalysis image) =>
        (image.Tree.Ledger.DiskBytes, image.Facts.Layers.Sum(l => l.Blob.PullBytes));

    private static (long Disk, long Pull) Without(ImageAnalysis image, Confidence least)
    {
        var simulation = Simulation.Without(
            image.Facts.Layers, image.Findings.Where(f => f.Confidence >= least).Select(f => f.Bodies));
        return (simulation.DiskBytes, simulation.PullBytes);
    }

    private static Task<ImageAnalysis> ImageAsync(string name)
    {
        var pair = name[..name.LastIndexOf('-')];
        string[] both = [pair + "-naive", pair + "-fixed"];
        // The pull bytes of both are measured, or those of both are estimated.
        var kind = Array.Find([".oci-gz.tar", ".docker.tar"], k => both.All(n => CorpusFolder.Find(n + k) is not null));
        Assert.SkipWhen(kind is null, $"No pair {pair} in {CorpusFolder.Root}.");
        return Images.AnalyzeFileAsync(CorpusFolder.Find(name + kind)!);
    }
}
