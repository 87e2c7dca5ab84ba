using System.Text;
using ImageInsight.Analysis.Packages.Lists;

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
        foreach (var file in files.OfKind(PacmanFiles.Kind))
        {
            if (!file.IsNamed("desc"u8))
                continue;
            var folder = file.Parent;
            // By a link in the layer it may have come to lie at the root.
            var home = file.Folder;
            var above = home[..Math.Max(0, home.LastIndexOf('/'))];
            if (!above.EndsWith(Local, StringComparison.Ordinal))
                continue;
            var sections = Sections(file.Lines);
            var (name, version) = (One(sections, "NAME"), One(sections, "VERSION"));
            if (!PackageClaim.IsNamed(name, version))
                continue;
            var root = files.Paths.FindStart(above[..^Local.Length]);
            yield return new PackageClaim(
                "alpm", name, version,
                Purl.Format(
                    "alpm", [files.Distribution.Id.Length == 0 ? "arch" : files.Distribution.Id, name], version,
                    ("arch", One(sections, "ARCH"))),
                file.Node, files.Origin(file.Node),
                Listed(files, root, files.At(files.Paths.Child(folder, "files"u8), PacmanFiles.Kind)))
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
    private static Dictionary<string, List<string>> Sections(ByteLines lines)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? open = null;
        while (lines.TryNext(out var line))
            if (line.Length == 0)
                open = null;
            else if (open is not null)
                open.Add(Encoding.UTF8.GetString(line));
            else if (IsHead(line))
                sections[Encoding.UTF8.GetString(line[1..^1])] = open = [];
        return sections;
    }

    // %FILES%
    // usr/
    // usr/bin/bash
    //
    // %BACKUP%
    private static int[] Listed(CapturedFiles files, int root, CapturedFile? list)
    {
        var nodes = new NodeList(files, root);
        var (inside, listed) = (false, false);
        for (var lines = list?.Lines ?? default; lines.TryNext(out var line);)
            if (line.Length == 0)
                (inside, listed) = (false, false);
            else if (!inside)
                (inside, listed) = (IsHead(line), line.SequenceEqual("%FILES%"u8));
            else if (listed && line[^1] != (byte)'/')
                nodes.Add(line);
        return nodes.ToArray();
    }

    private static bool IsHead(ReadOnlySpan<byte> line) =>
        line.Length > 2 && line[0] == (byte)'%' && line[^1] == (byte)'%';

    private static string One(Dictionary<string, List<string>> sections, string key) =>
        sections.GetValueOrDefault(key) is [var first, ..] ? first : "";

    private static string Bare(string name) =>
        name.AsSpan().IndexOfAny('=', '<', '>') is var end and >= 0 ? name[..end] : name;
}
