using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages.Npm;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>A package.json where the image starts, and a RUN that builds.</summary>
internal sealed class NodeStage : IStageLanguage
{
    private static readonly string[] Sources =
        [".ts", ".tsx", ".jsx", ".vue", ".svelte", ".scss", ".less", "tsconfig.json", "tsconfig.build.json", ".lock",
            "package-lock.json", "pnpm-lock.yaml", ".tgz", "nodemon.json", ".eslintrc.json", ".prettierrc"];

    public string Name => "Node";

    public StageProgram? Find(FindingContext image, StageLayers layers)
    {
        var start = image.Used.Start;
        var runs = start.Runs("node") || start.Runs("npm") || start.Runs("yarn") || start.Runs("pnpm");
        // A server of another kind offers what was built.
        var project = runs ? image.Tree.Find(start.Directory)
            : ProjectFolders.With(image, layers, image.Names.Named("package-lock.json")
                .Concat(image.Names.Named("yarn.lock")).Concat(image.Names.Named("pnpm-lock.yaml"))) is { Count: 1 } one
                ? one.Single() : -1;
        if (project <= 0 || image.Find(project, "package.json") is not (>= 0 and var manifest)
            || VisibleFiles.Capture(image, manifest, NpmFiles.Kind) is null
            || image.Find(project, "node_modules") is not (>= 0 and var modules)
            || !image.Facts.Layers.Any(l => Instruction.IsRun(l.Instruction)
                && DevelopmentDependenciesRule.IsBuild(l.Instruction!)))
            return null;
        var made = Made(image, layers, project, modules).ToHashSet();
        var inMade = image.In(made);
        if (!runs)
            return made.Count == 0 ? null : new StageProgram(Name, new HashSet<int> { project }, made);
        HashSet<int> needed;
        if (image.Used.Named.Concat(start.Files).Any(n => inMade.Has(n)))
            needed = [.. made, manifest, modules, .. ProjectFolders.Assets(image, project,
                name => Sources.Any(s => name.EndsWith(s, StringComparison.Ordinal)), "src", "node_modules")];
        else
            // What is started are the sources themselves.
            needed = [.. image.Tree.VisibleChildren(project, image.Work)
                .Where(n => !image.Tree.NameOf(n).StartsWith(".git"u8))];
        var manager = Manager(image, modules);
        var prune = manager switch
        {
            "pnpm" => "pnpm prune --prod",
            "yarn" => "yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline",
            _ => "npm prune --omit=dev --no-audit --no-fund",
        };
        return new StageProgram(Name, new HashSet<int> { project }, needed)
        {
            Installers = ((string[])["npm", "npx", "yarn", "pnpm"]).Any(start.Runs) ? [] : ["npm", "yarnpkg"],
            Finish = [$"cd {image.Tree.PathOf(project)} && {prune}"],
        };
    }

    /// <summary>What of the project's first level only RUNs made.</summary>
    private static IEnumerable<int> Made(FindingContext image, StageLayers layers, int project, int modules)
    {
        foreach (var child in image.Tree.VisibleChildren(project, image.Work))
            if (child != modules && image.Tree.Nodes[child].Kind == EntryKind.Directory
                && !image.Tree.NameOf(child).StartsWith("."u8)
                && image.Tree.Below(child, image.Work).Any(n => image.Tree.Nodes[n].Inode >= 0)
                && image.Origins[child] is var first && layers.IsBuilt(first))
                yield return child;
    }

    private static string Manager(FindingContext image, int modules) =>
        image.Find(modules, ".pnpm") >= 0 ? "pnpm"
        : image.Find(modules, ".yarn-integrity") >= 0 ? "yarn" : "npm";
}
