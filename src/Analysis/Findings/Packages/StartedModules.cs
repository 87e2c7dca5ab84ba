using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Modules that the start command runs or loads although only development is said to need them (tsx, ts-node,
/// nodemon), with what they need.
/// </summary>
internal sealed class StartedModules
{
    /// <summary>They load what a configuration of the project names.</summary>
    private static readonly string[] Configured =
        ["vite", "webpack", "webpack-dev-server", "@angular/cli", "@vue/cli-service", "react-scripts", "parcel",
            "astro", "gatsby", "gatsby-cli",
            "nuxt", "nuxi", "@sveltejs/kit", "gulp", "gulp-cli", "grunt", "grunt-cli", "jest",
            "vitest", "mocha", "@remix-run/dev", "next", "@storybook/cli", "storybook", "rollup", "esbuild", "turbo",
            "nx", "@nestjs/cli", "@babel/node", "@babel/register", "ember-cli", "snowpack", "vuepress", "vitepress",
            "@docusaurus/core", "@11ty/eleventy", "hexo", "eslint", "ts-node-dev", "browser-sync", "lerna"];

    public StartedModules(FindingContext image)
    {
        var claims = image.Packages.Claims;
        var all = image.Packages.All;
        var names = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < all.Count; i++)
            if (all[i].Development && all[i].Ecosystem == "npm")
            {
                if (!names.TryGetValue(all[i].Name, out var same))
                    names.Add(all[i].Name, same = []);
                same.Add(i);
            }

        IsOpen = image.Used.Start.IsUnread;
        Warning = IsOpen ? "What the image starts is not known, and may need some. " : "";
        if (names.Count == 0)
            return;
        var roots = new HashSet<int>(image.Used.Start.Files.Select(f => image.Tree.Nodes[f].Inode)
            .Where(i => i >= 0).Select(image.Packages.OwnerOf).Where(o => o >= 0 && all[o].Development));
        foreach (var word in image.Used.Start.Named.SelectMany(w => w.Split('=')))
            foreach (var name in (string[])[word, ModuleOf(word)])
                if (names.TryGetValue(name, out var members))
                    roots.UnionWith(members);
        foreach (var tool in Programs(image))
            roots.Add(tool);
        if (roots.Count == 0)
            return;
        // ts-node compiles with what the project has: its compiler, and types.
        if (roots.Any(r => all[r].Name is "ts-node" or "ts-node-dev" or "tsx" or "@swc-node/register"))
            roots.UnionWith(names.Where(n => n.Key == "typescript"
                || n.Key.StartsWith("@types/", StringComparison.Ordinal)
                || n.Key.StartsWith("@swc/", StringComparison.Ordinal)).SelectMany(n => n.Value));
        IsOpen |= roots.Any(r => Configured.Contains(all[r].Name));
        Members = PackageLinks.Closure(claims, image.Needs.Providers, roots, recommends: false, image.Work);
        Warning = "What the image starts runs some of those for development; they are not counted"
            + (IsOpen ? ", and their configuration may load others. " : ". ");
    }

    /// <summary>Indices of <see cref="PackageSet.All"/>.</summary>
    public IReadOnlySet<int> Members { get; } = new HashSet<int>();

    /// <summary>Any other may be loaded as well.</summary>
    public bool IsOpen { get; }

    public string Warning { get; }

    /// <summary>node_modules/.bin, in the folder where it starts and in those around it.</summary>
    private static IEnumerable<int> Programs(FindingContext image)
    {
        var finder = new Use.ProgramFinder(image);
        var folder = image.Used.Start.Directory;
        foreach (var word in image.Used.Start.Named)
            if (word.Length is > 1 and < 100 && !word.Contains('/', StringComparison.Ordinal)
                && finder.Resolve($"{folder}/node_modules/.bin/{word}") is >= 0 and var node
                && image.Tree.Nodes[node].Inode is >= 0 and var inode
                && image.Packages.OwnerOf(inode) is >= 0 and var owner && image.Packages.All[owner].Development)
                yield return owner;
    }

    // ts-node/register, @swc-node/register/esm, tsx/esm
    private static string ModuleOf(string word)
    {
        var parts = word.Split('/');
        return word.StartsWith('@') && parts.Length > 1 ? $"{parts[0]}/{parts[1]}" : parts[0];
    }
}
