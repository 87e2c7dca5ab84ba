using System.Text;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Packages.Gems;

/// <summary>
/// Installed gems by the specification that RubyGems writes (Gem::Specification#to_ruby): Ruby in form, but always the
/// same lines.
/// </summary>
internal sealed partial class GemCatalogue : IPackageCatalogue
{
    private const string Specifications = "/specifications";

    /// <summary>Of platforms and of Ruby's versions; one each is usual.</summary>
    private const int MostFolders = 8;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(GemFiles.Kind))
        {
            var isDefault = file.Folder.EndsWith(Specifications + "/default", StringComparison.Ordinal);
            if (!isDefault && !file.Folder.EndsWith(Specifications, StringComparison.Ordinal))
                continue;
            var text = Encoding.UTF8.GetString(file.Bytes);
            var stub = Stub().Match(text);
            var (name, version) = stub.Success ? (stub.Groups[1].Value, stub.Groups[2].Value)
                : (Value(NameLine(), text), Value(VersionLine(), text));
            if (name.Length == 0)
                continue;
            var platform = stub.Success ? stub.Groups[3].Value : "";
            var home = files.Tree.Nodes[file.Node].Parent;
            home = files.Tree.Nodes[isDefault ? files.Tree.Nodes[home].Parent : home].Parent;
            yield return new PackageClaim(
                "gem", name, version,
                Purl.Format("gem", [name], version, ("platform", platform == "ruby" ? null : platform)), file.Node,
                files.Origin(file.Node),
                [file.Node, .. isDefault ? OfRuby(files, home, text)
                    : Installed(files, home, file.Name[..^".gemspec".Length])])
            {
                Scope = home,
                License = StatedLicense.Join(Licenses(text)),
                Needs = [.. Needs().Matches(text).Select(m => m.Groups[1].Value).Distinct()],
                // What comes with Ruby was not asked for by name.
                OnPurpose = isDefault ? false : null,
            };
        }
    }

    /// <summary>gems/NAME-VERSION, and what was compiled for it under extensions/PLATFORM/ABI/NAME-VERSION.</summary>
    private static IEnumerable<int> Installed(CapturedFiles files, int home, string full)
    {
        if (full.Length == 0 || full is "." or "..")
            yield break;
        foreach (var node in files.Below(files.Paths.Find(home, "gems/" + full)))
            yield return node;
        var extensions = files.Paths.Find(home, "extensions");
        foreach (var platform in Folders(files.Tree, extensions))
            foreach (var abi in Folders(files.Tree, platform))
                foreach (var node in files.Below(files.Paths.Find(abi, full)))
                    yield return node;
    }

    private static IEnumerable<int> Folders(FileTree tree, int node) =>
        node < 0 ? [] : tree.VisibleChildren(node).Take(MostFolders);

    /// <summary>
    /// lib/ruby/gems/3.2.0/specifications/default/x.gemspec lists lib/x.rb, which is lib/ruby/3.2.0/x.rb.
    /// </summary>
    private static IEnumerable<int> OfRuby(CapturedFiles files, int home, string text)
    {
        var abi = Encoding.UTF8.GetString(files.Tree.NameOf(home));
        var list = FilesLine().Match(text);
        if (!list.Success)
            yield break;
        foreach (var file in Quoted().Matches(list.Groups[1].Value).Select(m => m.Groups[1].Value))
            if (file.StartsWith("lib/", StringComparison.Ordinal)
                && files.Paths.Find(home, $"../../{abi}/{file[4..]}") is var node and > 0)
                yield return node;
    }

    //   s.licenses = ["MIT".freeze, "Ruby".freeze]
    private static IEnumerable<string> Licenses(string text)
    {
        var at = text.IndexOf("\n  s.licenses = [", StringComparison.Ordinal);
        if (at < 0)
            return [];
        var line = text.AsSpan(at + "\n  s.licenses = [".Length);
        var end = line.IndexOfAny(']', '\n');
        // What stands between quotes is every second part.
        return line[..Math.Max(0, end)].ToString().Split('"').Where((_, i) => i % 2 == 1);
    }

    private static string Value(Regex line, string text) =>
        line.Match(text) is { Success: true } found ? found.Groups[1].Value : "";

    // # stub: nokogiri 1.15.4 x86_64-linux lib
    [GeneratedRegex(@"^# stub: (\S+) (\S+) (\S+)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Stub();

    //   s.name = "rack".freeze
    [GeneratedRegex(@"^\s*s\.name = ""([^""\n]+)""", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NameLine();

    //   s.version = "3.0.8".freeze
    [GeneratedRegex(@"^\s*s\.version = ""([^""\n]+)""", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex VersionLine();

    //   s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])
    [GeneratedRegex(
        @"^\s*s\.add_(?:runtime_)?dependency\(%q<([^>\n]+)>", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Needs();

    //   s.files = ["lib/abbrev.rb".freeze]
    [GeneratedRegex(@"^\s*s\.files = \[([^\]\n]*)\]", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex FilesLine();

    [GeneratedRegex("\"([^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
