using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Gems;

/// <summary>
/// Installed gems by the specification that RubyGems writes (Gem::Specification#to_ruby): Ruby in form, but always the
/// same lines.
/// </summary>
internal sealed class GemCatalogue : IPackageCatalogue
{
    private const string Specifications = "/specifications";

    /// <summary>Of platforms and of Ruby's versions; one each is usual.</summary>
    private const int MostFolders = 8;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(GemFiles.Kind))
        {
            var folder = file.Folder;
            var isDefault = folder.EndsWith(Specifications + "/default", StringComparison.Ordinal);
            if (!isDefault && !folder.EndsWith(Specifications, StringComparison.Ordinal))
                continue;
            var gem = GemSpecification.Read(file.Lines);
            gem.TakeFrom(file.Name[..^".gemspec".Length]);
            if (!PackageClaim.IsNamed(gem.Name, gem.Version))
                continue;
            var home = files.Tree.Nodes[file.Parent].Parent;
            home = isDefault ? files.Tree.Nodes[home].Parent : home;
            var nodes = new NodeList(files, home);
            nodes.Add(file.Node);
            if (isDefault)
                AddOfRuby(nodes, files, home, gem);
            else
                AddInstalled(nodes, files, home, file.Name[..^".gemspec".Length]);
            yield return new PackageClaim(
                "gem", gem.Name, gem.Version,
                Purl.Format(
                    "gem", [gem.Name], gem.Version, ("platform", gem.Platform == "ruby" ? null : gem.Platform)),
                file.Node, files.Origin(file.Node), nodes.ToArray())
            {
                Scope = home,
                License = StatedLicense.Join(gem.Licenses),
                Needs = [.. gem.Needs.Distinct()],
                // What comes with Ruby was not asked for by name.
                OnPurpose = isDefault ? false : null,
            };
        }
    }

    /// <summary>gems/NAME-VERSION, and what was compiled for it under extensions/PLATFORM/ABI/NAME-VERSION.</summary>
    private static void AddInstalled(NodeList nodes, CapturedFiles files, int home, string full)
    {
        if (full.Length == 0 || full is "." or "..")
            return;
        nodes.AddBelow(files.Paths.Find(home, "gems/" + full));
        var extensions = files.Paths.Find(home, "extensions");
        foreach (var platform in Folders(files, extensions))
            foreach (var abi in Folders(files, platform))
                nodes.AddBelow(files.Paths.Find(abi, full));
    }

    private static List<int> Folders(CapturedFiles files, int node)
    {
        var found = new List<int>();
        for (var child = node < 0 ? -1 : files.Tree.Nodes[node].FirstChild; child >= 0 && found.Count < MostFolders;
            child = files.Tree.Nodes[child].NextSibling)
        {
            files.Work.Spend(1);
            if (files.Tree.Nodes[child].Visible)
                found.Add(child);
        }

        return found;
    }

    /// <summary>
    /// lib/ruby/gems/3.2.0/specifications/default/x.gemspec lists lib/x.rb, which is lib/ruby/3.2.0/x.rb.
    /// </summary>
    private static void AddOfRuby(NodeList nodes, CapturedFiles files, int home, GemSpecification gem)
    {
        var library = files.Paths.FindFolder(home, [.. "../../"u8, .. files.Tree.NameOf(home)]);
        if (library < 0)
            return;
        foreach (var file in gem.Files)
            if (file.StartsWith("lib/", StringComparison.Ordinal))
                nodes.Add(files.Paths.Find(library, file.AsSpan(4)));
    }
}
