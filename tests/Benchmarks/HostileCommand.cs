using ImageInsight.Tests.Hostile;

namespace ImageInsight.Benchmarks;

/// <summary>Writes the images that are hard to analyse, for scripts/hostile.sh.</summary>
internal static class HostileCommand
{
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, make) in HostileImages.All)
        {
            var image = make();
            File.WriteAllBytes(Path.Combine(folder, name + ".tar"), image);
            Console.WriteLine($"{name} {image.Length}");
        }

        return 0;
    }
}
