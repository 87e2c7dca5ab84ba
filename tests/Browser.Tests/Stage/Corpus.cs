using System.Text.Json;

namespace ImageInsight.Browser.Tests.Stage;

/// <summary>Real images, built by the corpus scripts.</summary>
internal static class Corpus
{
    private static readonly string Root = Environment.GetEnvironmentVariable("CORPUS") ?? "/tmp/corpus";

    /// <summary>Bytes of all files of an image less the wasted ones of a layer, as plain tools count them.</summary>
    public static long WithoutWastedOf(string image, int layer)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "truth.json")));
        var facts = truth.RootElement.GetProperty("images").GetProperty(image);
        return facts.GetProperty("total_file_bytes").GetInt64()
            - facts.GetProperty("wasted_by_layer").GetProperty($"{layer}").GetInt64();
    }

    public static string Image(string name)
    {
        var path = Path.Combine(Root, "images", name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                "The corpus image is missing; the test command builds it, or set CORPUS.", path);
    }
}
