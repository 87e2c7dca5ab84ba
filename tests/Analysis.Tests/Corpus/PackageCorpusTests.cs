using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json;

namespace ImageInsight.Analysis.Tests.Corpus;

/// <summary>
/// Packages of real images against dpkg itself, and against a plain search for the files that name them.
/// </summary>
public sealed class PackageCorpusTests
{
    [Theory]
    [InlineData("base-slim")]
    [InlineData("base-slim-arm64")]
    [InlineData("base-node")]
    [InlineData("base-fat")]
    [InlineData("a-apt-naive")]
    [InlineData("c-chown-naive")]
    [InlineData("f-npm-naive")]
    [InlineData("f-npm-fixed")]
    [InlineData("o-purge-naive")]
    [InlineData("n-jdk-naive")]
    [InlineData("t-yarn-naive")]
    [InlineData("j-big")]
    public async Task Every_package_is_there_and_no_other(string image)
    {
        var file = CorpusFolder.Find(image + ".docker.tar");
        Assert.SkipWhen(file is null, $"No {image} in {CorpusFolder.Root}.");
        var analysis = await Images.AnalyzeFileAsync(file);
        var found = analysis.Packages.All;
        var named = Final(file);
        Assert.Equal(
            Dpkg(named.GetValueOrDefault("var/lib/dpkg/status") ?? []),
            found.Where(p => p.Ecosystem == "deb").Select(p => $"{p.Name} {p.Version}").Order(StringComparer.Ordinal));
        Assert.Equal(
            named.Where(n => IsModule(n.Key)).Select(n => Module(n.Value)).OfType<string>()
                .Order(StringComparer.Ordinal),
            found.Where(p => p.Ecosystem == "npm").Select(p => $"{p.Name} {p.Version}").Order(StringComparer.Ordinal));
        Assert.Equal(
            named.Keys.Where(k => k.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)
                || k.EndsWith(".egg-info/PKG-INFO", StringComparison.Ordinal)
                || k.EndsWith(".egg-info", StringComparison.Ordinal))
                .Select(k => "/" + k).Order(StringComparer.Ordinal),
            found.Where(p => p.Ecosystem == "pypi").Select(p => p.FoundAt).Order(StringComparer.Ordinal));
        // Nothing is counted twice.
        Assert.InRange(found.Sum(p => p.DiskBytes), 0, analysis.Tree.Ledger.VisibleBytes);
    }

    /// <summary>What dpkg calls installed.</summary>
    private static IEnumerable<string> Dpkg(byte[] status)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg-query"), "No dpkg-query.");
        var folder = Directory.CreateTempSubdirectory("insight-dpkg");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "status"), status);
            Directory.CreateDirectory(Path.Combine(folder.FullName, "info"));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "updates"));
            using var process = Process.Start(new ProcessStartInfo(
                "dpkg-query",
                ["--admindir", folder.FullName, "-W", "-f", "${db:Status-Status} ${Package} ${Version}\\n"])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
            return [.. text.Split('\n').Where(l => l.StartsWith("installed ", StringComparison.Ordinal))
                .Select(l => l["installed ".Length..]).Order(StringComparer.Ordinal)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>node_modules/x/package.json and node_modules/@scope/x/package.json at any depth.</summary>
    private static bool IsModule(string path) => path.Split('/') switch
    {
        [.., "node_modules", _, "package.json"] => true,
        [.., "node_modules", ['@', ..], _, "package.json"] => true,
        _ => false,
    };

    private static string? Module(byte[] manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        return json.RootElement.TryGetProperty("version", out var version)
            && json.RootElement.TryGetProperty("name", out var name)
            ? $"{name.GetString()} {version.GetString()}"
            : null;
    }

    /// <summary>
    /// The small files by which packages are known, with .NET's own tar reader and the plainest replay of whiteouts.
    /// </summary>
    private static Dictionary<string, byte[]> Final(string file)
    {
        string[] layers;
        using (var archive = new TarReader(File.OpenRead(file)))
        {
            TarEntry? entry;
            while ((entry = archive.GetNextEntry())!.Name != "manifest.json")
            {
            }

            using var manifest = JsonDocument.Parse(entry.DataStream!);
            layers = [.. manifest.RootElement[0].GetProperty("Layers").EnumerateArray().Select(l => l.GetString()!)];
        }

        var final = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var layer in layers)
            Replay(file, layer, final);
        return final;
    }

    private static void Replay(string file, string layer, Dictionary<string, byte[]> final)
    {
        using var archive = new TarReader(File.OpenRead(file));
        TarEntry? blob;
        while ((blob = archive.GetNextEntry())!.Name != layer)
        {
        }

        // docker save before 25 writes a layer that is there already as a link to it.
        if (blob.EntryType == TarEntryType.SymbolicLink)
        {
            Replay(file, Path.GetRelativePath(
                "/", Path.GetFullPath(Path.Combine("/" + Path.GetDirectoryName(layer), blob.LinkName))), final);
            return;
        }

        var added = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var records = new TarReader(blob.DataStream!);
        while (records.GetNextEntry() is { } entry)
        {
            var path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..].Trim('/')
                : entry.Name.Trim('/');
            var (folder, name) = path.LastIndexOf('/') is var slash and >= 0
                ? (path[..(slash + 1)], path[(slash + 1)..])
                : ("", path);
            if (name == ".wh..wh..opq")
                Remove(final, folder);
            else if (name.StartsWith(".wh.", StringComparison.Ordinal))
                Remove(final, folder + name[4..]);
            else if (entry.EntryType is TarEntryType.SymbolicLink)
                Remove(final, path);
            else
                final.Remove(path);
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && IsNamed(path, name)
                && entry.Length > 0)
            {
                using var body = new MemoryStream();
                entry.DataStream!.CopyTo(body);
                added[path] = body.ToArray();
            }
            else if (entry.EntryType == TarEntryType.HardLink && IsNamed(path, name))
            {
                var target = entry.LinkName.TrimStart('/');
                if ((added.GetValueOrDefault(target) ?? final.GetValueOrDefault(target)) is { } same)
                    added[path] = same;
            }
        }

        foreach (var (path, body) in added)
            final[path] = body;
    }

    private static bool IsNamed(string path, string name) =>
        path == "var/lib/dpkg/status" || name is "package.json" or "METADATA" or "PKG-INFO"
        || name.EndsWith(".egg-info", StringComparison.Ordinal);

    private static void Remove(Dictionary<string, byte[]> final, string path)
    {
        var below = path.TrimEnd('/') + "/";
        foreach (var key in final.Keys.Where(k => k == path || k.StartsWith(below, StringComparison.Ordinal)).ToList())
            final.Remove(key);
    }
}
