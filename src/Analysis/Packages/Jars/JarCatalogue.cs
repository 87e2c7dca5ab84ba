namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>
/// Java archives and those inside them, by Maven's pom.properties, else by the file's name and the manifest
/// (https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html). The file has the bytes, what it contains has
/// none.
/// </summary>
internal sealed class JarCatalogue : IPackageCatalogue
{
    /// <summary>Coordinates are compared with the names of files and manifests.</summary>
    private const int StepsPerByte = 8;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(JarFiles.Kind))
        {
            files.Work.Spend((long)file.Bytes.Length * StepsPerByte);
            var facts = JarFacts.Parse(file.Bytes);
            files.NoteOmitted(facts?.Omitted ?? 0);
            // One that says nothing of itself is no package.
            if (facts is { Modules.Count: > 0 })
                foreach (var claim in Archive(files, file, facts))
                    if (PackageClaim.IsNamed(claim.Name, claim.Version))
                        yield return claim;
        }
    }

    private static IEnumerable<PackageClaim> Archive(CapturedFiles files, CapturedFile file, JarFacts facts)
    {
        var layer = files.Origin(file.Node);
        var top = facts.Modules.FirstOrDefault(m => m.Place.Length == 0);
        var own = top is null ? [FromName(file.Name, "")] : Coordinates(top, file.Name);
        var inside = own.Skip(1).Select(pom => (Pom: pom, Place: ""))
            .Concat(facts.Modules.Where(m => m.Place.EndsWith("!/", StringComparison.Ordinal))
                .SelectMany(m => Coordinates(m, m.Place[..^2]).Select(pom => (Pom: pom, Place: m.Place[..^2]))))
            .Where(m => m.Pom.Artifact.Length > 0).ToList();
        yield return Claim(own[0]) with
        {
            License = LicenseOf(top),
            Nodes = [file.Node],
            Needs =
        [
            .. inside.Select(m => Name(m.Pom)).Distinct()
        ]
        };
        foreach (var (pom, place) in inside)
            yield return Claim(pom) with { Place = place };

        PackageClaim Claim(JarPom pom) => new("maven", Name(pom), pom.Version, PurlOf(pom), file.Node, layer, []);
    }

    /// <summary>
    /// The archive's own coordinates first; a shaded archive has those of everything that was merged into it, and often
    /// not its own.
    /// </summary>
    private static List<JarPom> Coordinates(JarModule module, string path)
    {
        var poms = module.Poms.DistinctBy(p => (p.Group, p.Artifact, p.Version)).ToList();
        string Said(params string[] keys) =>
            keys.Select(k => module.Manifest.GetValueOrDefault(k, "")).FirstOrDefault(v => v.Length > 0) ?? "";
        var version = Said("Implementation-Version", "Bundle-Version", "Specification-Version");
        var file = path[(path.LastIndexOf('/') + 1)..];
        var named = FromName(file, version);
        var (name, title, symbol) = (Plain(named.Artifact), Plain(Said("Implementation-Title")), Plain(
            Said("Bundle-SymbolicName").Split(';', 2)[0]));
        var own = poms.FirstOrDefault(p => p.Version.Length > 0
            && file.StartsWith($"{p.Artifact}-{p.Version}.", StringComparison.Ordinal))
            ?? poms.FirstOrDefault(p => Plain(p.Artifact) is { Length: > 0 } artifact
                && (artifact == name || artifact == title || symbol.EndsWith(artifact, StringComparison.Ordinal)))
            // A file that was renamed has one pom, and says nothing else of itself: guice.jar has cglib's, and another
            // version.
            ?? (poms.Count == 1
                && version.StartsWith(version.Length > 0 ? poms[0].Version.Split('-')[0] : "", StringComparison.Ordinal)
                ? poms[0]
                : null)
            ?? named with
            {
                Group = Said("Implementation-Vendor-Id"),
                Version = named.Version.Length > 0 ? named.Version
                : version
            };
        return [own, .. poms.Where(p => p != own)];
    }

    // Bundle-License: Apache-2.0;link="https://www.apache.org/licenses/LICENSE-2.0.txt", MIT
    // in OSGi's form; often an address alone
    private static string? LicenseOf(JarModule? module) => StatedLicense.Join(
        (module?.Manifest.GetValueOrDefault("Bundle-License") ?? "").Split(',')
            .Select(l => l.Split(';', 2)[0].Trim().Trim('"')).Where(l => l != "<<EXTERNAL>>"));

    /// <summary>error-prone-annotations.jar has error_prone_annotations.</summary>
    private static string Plain(string name) =>
        new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    // commons-lang3-3.12.0.jar: builders put a hyphen and a version, which begins with a digit, at the end.
    // log4j-1.2-api-2.17.jar: what follows a number and a word may be the version; stax-1.0-alpha-2.jar: or belong to
    // it.
    /// <param name="version">As the archive states it: log4j-1.2-1.2.17.jar is log4j-1.2 when that is 1.2.17.</param>
    private static JarPom FromName(string name, string version)
    {
        var stem = name[..Math.Max(0, name.LastIndexOf('.'))];
        if (version.Length > 0 && stem.Length > version.Length + 1 && stem[^(version.Length + 1)] == '-'
            && stem.EndsWith(version, StringComparison.Ordinal))
            return new JarPom("", stem[..^(version.Length + 1)], version);
        var at = -1;
        var lastDot = stem.LastIndexOf('.');
        for (var i = 1; i < stem.Length - 1; i++)
            if (stem[i] == '-' && char.IsAsciiDigit(stem[i + 1])
                && (at < 0 || (char.IsAsciiLetterLower(stem[i - 1]) && lastDot > i)))
                at = i;
        return at > 0 ? new JarPom("", stem[..at], stem[(at + 1)..])
            : new JarPom("", stem.Length > 0 ? stem : name, "");
    }

    private static string Name(JarPom pom) => pom.Group.Length > 0 ? $"{pom.Group}:{pom.Artifact}" : pom.Artifact;

    /// <summary>A purl of Maven must have a group; an archive that states none is a generic package.</summary>
    private static string PurlOf(JarPom pom) =>
        pom.Group.Length > 0
            ? Purl.Format("maven", [pom.Group, pom.Artifact], pom.Version)
            : Purl.Format("generic", [pom.Artifact], pom.Version);
}
