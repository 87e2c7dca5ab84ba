using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Packages.Python;

/// <summary>
/// Installed distributions: https://packaging.python.org/en/latest/specifications/recording-installed-packages/, and
/// eggs.
/// </summary>
internal sealed class PythonCatalogue : IPackageCatalogue
{
    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        var requested = new Dictionary<int, bool>();
        foreach (var file in files.OfKind(PythonFiles.Kind))
        {
            var wheel = file.Name == "METADATA" && file.Folder.EndsWith(".dist-info", StringComparison.Ordinal);
            var egg = file.Name == "PKG-INFO" || file.Name.EndsWith(".egg-info", StringComparison.Ordinal);
            if (!wheel && !egg)
                continue;
            var stanza = Stanzas.Read(
                file.Bytes, "Name", "Version", "Requires-Dist", "License-Expression", "License",
                "Classifier").FirstOrDefault();
            if (stanza?.GetValueOrDefault("Name") is not { Length: > 0 } name)
                continue;
            var version = stanza.GetValueOrDefault("Version", "");
            var folder = files.Tree.Nodes[file.Node].Parent;
            var site = wheel || file.Name == "PKG-INFO" ? files.Tree.Nodes[folder].Parent : folder;
            var nodes = wheel ? Recorded(files, folder, site) : OfEgg(files, file, folder, site);
            yield return new PackageClaim(
                "pypi", name, version, Purl.Format("pypi", [Normal(name)], version),
                file.Node, files.Origin(file.Node), nodes)
            {
                Scope = site,
                Provides = [Normal(name)],
                Needs = [.. (stanza.GetValueOrDefault("Requires-Dist") ?? "").Split('\n').Select(Requirement)
                    .OfType<string>()],
                License = LicenseOf(stanza),
                OnPurpose = wheel ? Requested(files, requested, folder, site) : null,
            };
        }
    }

    // License-Expression: MIT                     since metadata 2.4
    // License: BSD-3-Clause                       or the whole text of it
    // Classifier: License :: OSI Approved :: MIT License
    private static string? LicenseOf(Dictionary<string, string> stanza)
    {
        const string kind = "License :: ";
        return StatedLicense.Join(stanza.GetValueOrDefault("License-Expression"))
            ?? StatedLicense.Join(stanza.GetValueOrDefault("License"))
            ?? StatedLicense.Join(
                (stanza.GetValueOrDefault("Classifier") ?? "").Split('\n')
                    .Where(c => c.StartsWith(kind, StringComparison.Ordinal))
                    .Select(c => c[(c.LastIndexOf(':') + 1)..]).Where(c => c.Trim() != "OSI Approved"));
    }

    /// <summary>
    /// As names are compared: https://packaging.python.org/en/latest/specifications/name-normalization/.
    /// </summary>
    private static string Normal(string name)
    {
        var normal = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
            if (c is not ('-' or '_' or '.'))
                normal.Append(c);
            else if (normal.Length > 0 && normal[^1] != '-')
                normal.Append('-');
        return normal.ToString();
    }

    // urllib3 (<3,>=1.21.1)        charset-normalizer<4,>=2        PySocks!=1.5.7,>=1.5.6; extra == 'socks'
    private static string? Requirement(string line)
    {
        if (line.Contains("extra ==", StringComparison.Ordinal) || line.Contains("extra==", StringComparison.Ordinal))
            return null;
        var name = new string([.. line.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')]);
        return name.Length == 0 ? null : Normal(name);
    }

    /// <summary>
    /// pip marks what was named on its command line; where nothing is marked, another installer was at work and nothing
    /// tells.
    /// </summary>
    private static bool? Requested(CapturedFiles files, Dictionary<int, bool> sites, int folder, int site)
    {
        if (!sites.TryGetValue(site, out var marks))
            sites[site] = marks = files.Tree.VisibleChildren(site)
                .Any(c => files.Tree.NameOf(c).EndsWith(".dist-info"u8) && IsThere(files, c));
        return marks ? IsThere(files, folder) : null;
    }

    /// <summary>The mark is an empty file, which is never captured.</summary>
    private static bool IsThere(CapturedFiles files, int folder) =>
        files.Paths.Child(folder, "REQUESTED"u8) is var mark and >= 0 && files.Tree.Nodes[mark].Visible;

    // six.py,sha256=TOOfQi7nFGfMrIvtdr6wX4wyHH8M7aknmuLfo2cBBrM,34549
    // "with, comma.py",,
    // ../../../bin/pip,sha256=...,240
    private static List<int> Recorded(CapturedFiles files, int folder, int site)
    {
        var nodes = new List<int>();
        foreach (var line in files.At(files.Paths.Child(folder, "RECORD"u8), PythonFiles.Kind)?.Lines ?? [])
        {
            var end = line.StartsWith('"') ? line.IndexOf('"', 1) : line.IndexOf(',', StringComparison.Ordinal);
            if (end > 0 && files.Paths.Find(
                line[0] == '/' ? FileTree.Root : site, line[..end].Trim('"')) is var node and > 0)
                nodes.Add(node);
        }

        if (nodes.Count == 0)
            nodes.AddRange(files.Below(folder));
        return nodes;
    }

    private static List<int> OfEgg(CapturedFiles files, CapturedFile file, int folder, int site)
    {
        if (file.Name != "PKG-INFO")
            return [file.Node];
        // Relative to the folder of the egg itself.
        var listed = Lines(files.At(files.Paths.Child(folder, "installed-files.txt"u8), PythonFiles.Kind));
        var nodes = files.Paths.FindAll(folder, listed).ToList();
        if (nodes.Count > 0)
            return nodes;
        nodes.AddRange(files.Below(folder));
        foreach (var line in Lines(files.At(files.Paths.Child(folder, "top_level.txt"u8), PythonFiles.Kind)))
        {
            if (files.Paths.Find(site, line) is var package and > 0)
                nodes.AddRange(files.Below(package));
            if (files.Paths.Find(site, line + ".py") is var module and > 0)
                nodes.Add(module);
        }

        return nodes;
    }

    private static IEnumerable<string> Lines(CapturedFile? file) =>
        (file?.Lines ?? []).Select(l => l.Trim()).Where(l => l.Length > 0);
}
