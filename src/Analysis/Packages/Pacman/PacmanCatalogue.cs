using System.Text;

namespace ImageInsight.Analysis.Packages.Pacman;

/// <summary>
/// Arch's pacman: a folder a package in local, whose desc and files have sections of %KEY%, lines and an empty line
/// (libalpm 15 be_local.c).
/// </summary>
internal sealed class PacmanCatalogue : IPackageCatalogue
{
    private const string Local = "/var/lib/pacman/local";

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(PacmanFiles.Kind).Where(f => f.Name == "desc"))
        {
            var folder = files.Tree.Nodes[file.Node].Parent;
            // By a link in the layer it may have come to lie at the root.
            var above = file.Folder[..Math.Max(0, file.Folder.LastIndexOf('/'))];
            if (!above.EndsWith(Local, StringComparison.Ordinal))
                continue;
            var sections = Sections(file.Bytes);
            var (name, version) = (One(sections, "NAME"), One(sections, "VERSION"));
            if (name.Length == 0)
                continue;
            var root = files.Paths.FindStart(above[..^Local.Length]);
            var list = files.At(files.Paths.Child(folder, "files"u8), PacmanFiles.Kind);
            var listed = Sections(list?.Bytes ?? []).GetValueOrDefault("FILES") ?? [];
            yield return new PackageClaim(
                "alpm", name, version,
                Purl.Format(
                    "alpm", [files.Distribution.Id.Length == 0 ? "arch" : files.Distribution.Id, name], version,
                    ("arch", One(sections, "ARCH"))),
                file.Node, files.Origin(file.Node),
                [.. files.Paths.FindAll(root, listed.Where(l => !l.EndsWith('/')))])
            {
                Scope = files.Tree.Nodes[folder].Parent,
                Needs = [.. (sections.GetValueOrDefault("DEPENDS") ?? []).Select(Bare)],
                Provides = [.. (sections.GetValueOrDefault("PROVIDES") ?? []).Select(Bare)],
                License = StatedLicense.Join(sections.GetValueOrDefault("LICENSE") ?? []),
                OnPurpose = One(sections, "REASON") != "1",
                Carrier = -1,
            };
        }
    }

    // %NAME%
    // bash
    //
    // %DEPENDS%
    // glibc
    // readline>=7.0
    private static Dictionary<string, List<string>> Sections(byte[] bytes)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? open = null;
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
            if (line.Length == 0)
                open = null;
            else if (open is not null)
                open.Add(line);
            else if (line.Length > 2 && line[0] == '%' && line[^1] == '%')
                sections[line[1..^1]] = open = [];
        return sections;
    }

    private static string One(Dictionary<string, List<string>> sections, string key) =>
        sections.GetValueOrDefault(key) is [var first, ..] ? first : "";

    private static string Bare(string name) =>
        name.AsSpan().IndexOfAny('=', '<', '>') is var end and >= 0 ? name[..end] : name;
}
