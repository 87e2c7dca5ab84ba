using System.IO.Compression;
using System.Text;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>What is kept of a Java archive: what it says of itself and of the archives in it.</summary>
public sealed record JarFacts(IReadOnlyList<JarModule> Modules)
{
    /// <summary>An application in a war in an ear.</summary>
    private const int MaxDepth = 3;

    private const int MaxModules = 10_000;

    /// <summary>Entries of one archive: the biggest have every class of an application.</summary>
    private const int MaxEntries = 200_000;

    private const int MaxDocumentBytes = 256 << 10;

    private const int MaxNestedBytes = 64 << 20;

    /// <summary>Unpacked in all for one file: nested archives are mostly stored, and then cost nothing.</summary>
    private const long MaxUnpackedBytes = 256L << 20;

    public byte[] Write() => StoredFacts.Write(writer =>
    {
        writer.Write7BitEncodedInt(Modules.Count);
        foreach (var module in Modules)
        {
            writer.Write(module.Place);
            writer.Write7BitEncodedInt(module.Manifest.Count);
            foreach (var (name, value) in module.Manifest)
            {
                writer.Write(name);
                writer.Write(value);
            }

            writer.Write7BitEncodedInt(module.Poms.Count);
            foreach (var pom in module.Poms)
            {
                writer.Write(pom.Group);
                writer.Write(pom.Artifact);
                writer.Write(pom.Version);
            }
        }
    });

    /// <returns>Null for what <see cref="Write"/> did not write.</returns>
    public static JarFacts? Parse(byte[] bytes) => StoredFacts.Parse(bytes, reader =>
    {
        var modules = new List<JarModule>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var place = reader.ReadString();
            var manifest = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var lines = reader.Read7BitEncodedInt(); lines > 0; lines--)
                manifest[reader.ReadString()] = reader.ReadString();
            var poms = new List<JarPom>();
            for (var more = reader.Read7BitEncodedInt(); more > 0; more--)
                poms.Add(new JarPom(reader.ReadString(), reader.ReadString(), reader.ReadString()));
            modules.Add(new JarModule(place, manifest, poms));
        }

        return new JarFacts(modules);
    });

    internal static JarFacts? Read(byte[] file, int length)
    {
        var modules = new List<JarModule>();
        var budget = MaxUnpackedBytes;
        Read(new MemoryStream(file, 0, length, writable: false), "", 0, modules, ref budget);
        return modules.Count == 0 ? null : new JarFacts(modules);
    }

    private static void Read(MemoryStream file, string place, int depth, List<JarModule> modules, ref long budget)
    {
        var own = new List<string>();
        string? manifest = null;
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            if (zip.Entries.Count > MaxEntries)
                return;
            foreach (var entry in zip.Entries)
            {
                var name = entry.FullName;
                var isManifest = name.Equals("META-INF/MANIFEST.MF", StringComparison.OrdinalIgnoreCase);
                if (isManifest || (name.EndsWith("/pom.properties", StringComparison.Ordinal)
                    && name.StartsWith("META-INF/maven/", StringComparison.Ordinal)))
                {
                    var text = Unpack(entry, MaxDocumentBytes, ref budget);
                    if (text is null)
                        continue;
                    if (isManifest)
                        manifest = Encoding.UTF8.GetString(text);
                    else if (own.Count < MaxModules)
                        own.Add(Encoding.UTF8.GetString(text));
                }
                else if (depth < MaxDepth && IsArchive(name) && Unpack(entry, MaxNestedBytes, ref budget) is { } bytes)
                {
                    Add(modules, new MemoryStream(bytes, writable: false), place + name, depth + 1, ref budget);
                }
            }
        }
        catch (Exception e)
            when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            // A broken archive says nothing; what was read of it stands.
        }

        if (modules.Count < MaxModules && (manifest is not null || own.Count > 0))
            modules.Add(JarModule.Parse(place, manifest, own));
    }

    private static void Add(List<JarModule> modules, MemoryStream file, string place, int depth, ref long budget)
    {
        if (modules.Count < MaxModules)
            Read(file, place + "!/", depth, modules, ref budget);
    }

    private static bool IsArchive(string name) =>
        name.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".war", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".hpi", StringComparison.OrdinalIgnoreCase);

    private static byte[]? Unpack(ZipArchiveEntry entry, int most, ref long budget)
    {
        if (entry.Length > most || entry.Length > budget)
            return null;
        try
        {
            using var stream = entry.Open();
            var bytes = CappedBytes.Read(stream, (int)Math.Min(most, budget));
            budget -= bytes?.Length ?? most;
            return bytes;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            return null;
        }
    }
}
