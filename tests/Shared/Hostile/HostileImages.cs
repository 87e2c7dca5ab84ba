using System.Globalization;
using System.Text;

namespace ImageInsight.Tests.Hostile;

/// <summary>
/// Images of at most 10 MB as they are sent, each made to keep a worker busy or its memory full in one way.
/// </summary>
public static class HostileImages
{
    /// <summary>By what is hostile about it; made anew at each call.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["dpkg-key-repeated"] = HostilePackages.DpkgKeyRepeated,
        ["dpkg-many-needs"] = HostilePackages.DpkgManyNeeds,
        ["apk-long-folder"] = HostilePackages.ApkLongFolder,
        ["elf-needs-times-sections"] = HostilePackages.ElfNeeds,
        ["elf-crates-again-and-again"] = HostilePackages.ElfCrates,
        ["jar-many-entries"] = HostilePackages.JarEntries,
        ["npm-closures"] = HostilePackages.NpmClosures,
        ["siblings"] = HostileTrees.Siblings,
        ["deep-siblings"] = HostileTrees.DeepPaths,
        ["evidence"] = HostileTrees.Evidence,
        ["secret-names"] = HostileTrees.SecretNames,
        ["long-instructions"] = HostileTrees.LongInstructions,
        ["bzip2-streams"] = () => Streams("bzip2"),
        ["xz-streams"] = () => Streams("xz"),
    };

    public static string Number(int i) => i.ToString("D7", CultureInfo.InvariantCulture);

    public static byte[] Repeat(byte[] bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var i = 0; i < times; i++)
            bytes.CopyTo(all, i * bytes.Length);
        return all;
    }

    public static byte[] Repeat(string text, int times) => Repeat(Encoding.ASCII.GetBytes(text), times);

    public static byte[] OneFile(string path, byte[] content) =>
        new ArchiveBuilder().WithLayer(l => l.File(path, content)).DockerArchive(ArchiveBuilder.Gzip);

    /// <summary>100,000 streams of nothing, then 60,000 of a byte each; the layer never comes.</summary>
    private static byte[] Streams(string tool) => new ArchiveBuilder().WithLayer(l => l.File("a", 1)).DockerArchive(
        _ => [.. Repeat(Compress(tool, []), 100_000), .. Repeat(Compress(tool, [0]), 60_000)]);

    private static byte[] Compress(string tool, byte[] bytes)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(tool, "-9c")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }
}
