using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>What is kept of a Java archive: what it says of itself and of the archives in it.</summary>
public sealed record JarFacts(IReadOnlyList<JarModule> Modules)
{
    /// <summary>Archives in it that could not be read.</summary>
    public int Omitted { get; init; }

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

        writer.Write7BitEncodedInt(Omitted);
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

        return new JarFacts(modules) { Omitted = reader.Read7BitEncodedInt() };
    });

    /// <returns>Null when it is no archive.</returns>
    internal static JarFacts? Read(byte[] file, int length, WorkBudget work)
    {
        var reader = new JarReader(work);
        return reader.Read(file.AsMemory(0, length)) is { } modules
            ? new JarFacts(modules) { Omitted = reader.Omitted }
            : null;
    }
}
