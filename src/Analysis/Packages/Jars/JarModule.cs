namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>One archive: the file itself, or one inside it.</summary>
/// <param name="Place">Empty for the file itself, else its path inside, ending in <c>!/</c>.</param>
/// <param name="Manifest">The main attributes that name it.</param>
/// <param name="Poms">groupId, artifactId, version of each pom.properties; several in a shaded archive.</param>
public sealed record JarModule(string Place, IReadOnlyDictionary<string, string> Manifest, IReadOnlyList<JarPom> Poms)
{
    private const int MaxAttribute = 8192;

    private static readonly string[] Attributes =
    [
        "Implementation-Title", "Implementation-Version", "Implementation-Vendor-Id", "Bundle-SymbolicName",
        "Bundle-Version", "Specification-Version", "Automatic-Module-Name", "Extension-Name", "Bundle-License",
    ];

    internal static JarModule Parse(string place, string? manifest, IReadOnlyList<JarPom> poms) =>
        new(place, Main(manifest ?? ""), poms);

    // Manifest-Version: 1.0
    // Bundle-SymbolicName: org.apache.comm
    //  ons.lang3                               a line of more than 72 bytes goes on after a space
    //                                          the main section ends at the first empty line
    private static Dictionary<string, string> Main(string manifest)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = manifest.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range];
            if (line.Length == 0)
                break;
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && line.Length <= MaxAttribute
                && Attributes.Contains(line[..colon], StringComparer.OrdinalIgnoreCase))
                found[line[..colon]] = line[(colon + 2)..].Trim();
        }

        return found;
    }
}
