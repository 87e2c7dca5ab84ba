using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Python;

/// <summary>
/// Installed distributions: https://packaging.python.org/en/latest/specifications/recording-installed-packages/, and
/// eggs.
/// </summary>
internal sealed class PythonCatalogue : IPackageCatalogue
{
    /// <summary>Of a module, with the folders that it is in.</summary>
    private const int MaxName = 4096;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        var requested = new Dictionary<int, bool>();
        foreach (var file in files.OfKind(PythonFiles.Kind).Concat(files.OfKind(EggFiles.Kind)))
        {
            var folder = file.Parent;
            var zipped = file.Capture.Kind == EggFiles.Kind;
            var wheel = file.IsNamed("METADATA"u8) && files.Tree.NameOf(folder).EndsWith(".dist-info"u8);
            var listed = file.IsNamed("PKG-INFO"u8);
            if (!wheel && !listed && !zipped && !file.IsNamedLike(".egg-info"u8))
                continue;
            var stanza = Stanzas.Read(
                file.Bytes, files.Work, "Name", "Version", "Requires-Dist", "License-Expression", "License",
                "Classifier").FirstOrDefault();
            var (name, version) = (stanza?.GetValueOrDefault("Name") ?? "", stanza?.GetValueOrDefault("Version") ?? "");
            if (stanza is null || !PackageClaim.IsNamed(name, version))
                continue;
            var site = wheel || listed ? files.Tree.Nodes[folder].Parent : folder;
            var nodes = wheel ? Recorded(files, folder, site) : listed ? OfEgg(files, folder, site) : [file.Node];
            // six-1.16.0-py3.12.egg/EGG-INFO: the folder around it is the package, and stands among the others.
            if (listed && files.Tree.NameOf(folder).SequenceEqual("EGG-INFO"u8))
                (site, nodes) = (files.Tree.Nodes[site].Parent, [.. files.Below(site)]);
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
            sites[site] = marks = IsMarked(files, site);
        return marks ? IsThere(files, folder) : null;
    }

    private static bool IsMarked(CapturedFiles files, int site)
    {
        for (var child = files.Tree.Nodes[site].FirstChild; child >= 0; child = files.Tree.Nodes[child].NextSibling)
        {
            files.Work.Spend(1);
            if (files.Tree.Nodes[child].Visible && files.Tree.NameOf(child).EndsWith(".dist-info"u8)
                && IsThere(files, child))
                return true;
        }

        return false;
    }

    /// <summary>The mark is an empty file, which is never captured.</summary>
    private static bool IsThere(CapturedFiles files, int folder) =>
        files.Paths.Child(folder, "REQUESTED"u8) is var mark and >= 0 && files.Tree.Nodes[mark].Visible;

    // six.py,sha256=TOOfQi7nFGfMrIvtdr6wX4wyHH8M7aknmuLfo2cBBrM,34549
    // "with, comma.py",,
    // ../../../bin/pip,sha256=...,240
    private static int[] Recorded(CapturedFiles files, int folder, int site)
    {
        var nodes = new NodeList(files, site);
        var record = files.At(files.Paths.Child(folder, "RECORD"u8), PythonFiles.Kind);
        for (var lines = record?.Lines ?? default; lines.TryNext(out var line);)
        {
            var quoted = line.StartsWith((byte)'"');
            var path = quoted ? line[1..] : line;
            var end = path.IndexOf(quoted ? (byte)'"' : (byte)',');
            if (end <= 0)
                continue;
            if (line[0] == (byte)'/')
                nodes.Add(files.Paths.Find(FileTree.Root, path[..end]));
            else
                nodes.Add(path[..end]);
        }

        if (nodes.Count == 0)
            nodes.AddBelow(folder);
        return nodes.ToArray();
    }

    private static int[] OfEgg(CapturedFiles files, int folder, int site)
    {
        // Relative to the folder of the egg itself.
        var nodes = new NodeList(files, folder);
        var installed = files.At(files.Paths.Child(folder, "installed-files.txt"u8), PythonFiles.Kind);
        for (var lines = installed?.Lines ?? default; lines.TryNext(out var line);)
            if (line.Trim(Spaces) is { Length: > 0 } path)
                nodes.Add(path);
        if (nodes.Count > 0)
            return nodes.ToArray();
        nodes.AddBelow(folder);
        var top = files.At(files.Paths.Child(folder, "top_level.txt"u8), PythonFiles.Kind);
        for (var lines = top?.Lines ?? default; lines.TryNext(out var line);)
        {
            var name = line.Trim(Spaces);
            if (name.Length is 0 or > MaxName)
                continue;
            nodes.AddBelow(files.Paths.Find(site, name));
            nodes.Add(files.Paths.Find(site, [.. name, .. ".py"u8]));
        }

        return nodes.ToArray();
    }

    private static ReadOnlySpan<byte> Spaces => " \t\r\f\v"u8;
}
