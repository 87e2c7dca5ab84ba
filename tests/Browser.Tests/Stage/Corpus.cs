namespace ImageInsight.Browser.Tests.Stage;

/// <summary>Real images, built by the corpus scripts.</summary>
internal static class Corpus
{
    public static string Image(string name)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("CORPUS") ?? "/tmp/corpus", "images", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"The corpus image is missing; the test command builds it, or set CORPUS.", path);
    }
}
