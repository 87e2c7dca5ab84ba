using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ZstdSharp;

namespace ImageInsight.Benchmarks;

/// <summary>Writes a docker-archive of as many files and whiteouts as asked for, the same bytes every time.</summary>
internal static class SynthCommand
{
    private const int FilesPerDirectory = 100;

    public static int Run(string form, int files, int whiteouts, string target)
    {
        var scratch = Directory.CreateTempSubdirectory("insight-synth.");
        try
        {
            var layers = new List<(string Name, string Path, string DiffId)> { Layer(
                scratch.FullName, "files", form, tar => WriteFiles(tar, files)) };
            if (whiteouts > 0)
                layers.Add(Layer(scratch.FullName, "whiteouts", form, tar => WriteWhiteouts(tar, files, whiteouts)));
            var config = JsonSerializer.SerializeToUtf8Bytes(new
            {
                architecture = "amd64",
                os = "linux",
                rootfs = new { type = "layers", diff_ids = layers.Select(l => l.DiffId) },
                history = layers.Select(l => new { created_by = "synth " + l.Name }),
            });
            var configName = Convert.ToHexStringLower(SHA256.HashData(config)) + ".json";
            var manifest = JsonSerializer.SerializeToUtf8Bytes(
                new[] { new { Config = configName, RepoTags = new[] { "synth:1" },
                    Layers = layers.Select(l => l.Name + "/layer.tar") } });
            using var output = File.Create(target);
            using var tar = new TarWriter(output, TarEntryFormat.Gnu);
            Write(tar, configName, new MemoryStream(config));
            foreach (var layer in layers)
            {
                using var content = File.OpenRead(layer.Path);
                Write(tar, layer.Name + "/layer.tar", content);
            }

            Write(tar, "manifest.json", new MemoryStream(manifest));
            return 0;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static (string Name, string Path, string DiffId) Layer(
        string scratch, string name, string form, Action<TarWriter> write)
    {
        var path = Path.Combine(scratch, name);
        using var file = File.Create(path);
        using Stream compressed = form switch
        {
            "gzip" => new GZipStream(file, CompressionLevel.Optimal),
            "zstd" => new CompressionStream(file),
            "plain" => new BufferedStream(file, 1 << 20),
            _ => throw new ArgumentException($"'{form}' is not plain, gzip or zstd"),
        };
        using var sha256 = SHA256.Create();
        using (var hashed = new CryptoStream(compressed, sha256, CryptoStreamMode.Write))
        using (var tar = new TarWriter(hashed, TarEntryFormat.Gnu))
            write(tar);
        return (name, path, "sha256:" + Convert.ToHexStringLower(sha256.Hash!));
    }

    private static void WriteFiles(TarWriter tar, int files)
    {
        var random = new Random(1);
        var content = new byte[2048];
        for (var i = 0; i < files; i++)
        {
            if (i % FilesPerDirectory == 0)
                tar.WriteEntry(new GnuTarEntry(TarEntryType.Directory, DirectoryOf(i)) { Mode = (UnixFileMode)0x1ed });
            var length = random.Next(content.Length);
            random.NextBytes(content.AsSpan(0, length));
            // Half random, half text: about what the files of a real image deflate to.
            content.AsSpan(length / 2, length - (length / 2)).Fill((byte)'a');
            Write(tar, PathOf(i), new MemoryStream(content, 0, length));
        }
    }

    private static void WriteWhiteouts(TarWriter tar, int files, int whiteouts)
    {
        for (var i = 0; i < whiteouts; i++)
        {
            var file = (int)((long)i * files / whiteouts);
            Write(tar, DirectoryOf(file) + ".wh." + PathOf(file).Split('/')[^1], Stream.Null);
        }
    }

    private static string DirectoryOf(int file) =>
        string.Create(CultureInfo.InvariantCulture,
            $"srv/app/node_modules/package-{file / FilesPerDirectory / 50}/part-{file / FilesPerDirectory}/");

    private static string PathOf(int file) =>
        string.Create(CultureInfo.InvariantCulture, $"{DirectoryOf(file)}module-{file}.js");

    private static void Write(TarWriter tar, string name, Stream content) =>
        tar.WriteEntry(new GnuTarEntry(
            TarEntryType.RegularFile, name)
        { DataStream = content, ModificationTime = DateTimeOffset.UnixEpoch });
}
