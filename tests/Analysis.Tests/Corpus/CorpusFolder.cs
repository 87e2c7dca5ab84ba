namespace ImageInsight.Analysis.Tests.Corpus;

/// <summary>
/// Where the real images are: those of ../shared/corpus, and the pairs that scripts/pairs.sh builds on their bases.
/// </summary>
internal static class CorpusFolder
{
    public static readonly string Root = Environment.GetEnvironmentVariable("CORPUS") is { Length: > 0 } c ? c
        : "/tmp/corpus";

    public static string? Find(string file) =>
        Array.Find([Path.Combine(Root, "images", file), Path.Combine(Root, "pairs/images", file)], File.Exists);
}
