using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>What only the development of a program needs, installed beside it.</summary>
internal sealed class DevelopmentDependenciesRule : IFindingRule
{
    public const string RuleId = "development-dependencies";

    private const long Smallest = 100_000;

    /// <summary>
    /// Where no lock file says so: tools that test, check or write code, by ecosystem. A program may use one of them.
    /// </summary>
    private static readonly Dictionary<string, HashSet<string>> Tools = new(StringComparer.Ordinal)
    {
        ["pypi"] =
        [
            "autopep8", "bandit", "black", "coverage", "debugpy", "flake8", "hypothesis", "ipdb", "ipython", "isort",
            "jupyter", "jupyterlab", "mypy", "nox", "pip-tools", "pre-commit", "pre_commit", "pyflakes", "pylint",
            "pyright", "pytest", "pytest-asyncio", "pytest-cov", "pytest-mock", "pytest-xdist", "ruff", "sphinx", "tox",
            "twine", "yapf",
        ],
        ["gem"] =
        [
            "brakeman", "byebug", "capybara", "factory_bot", "factory_bot_rails", "faker", "guard", "pry", "pry-byebug",
            "rspec", "rspec-core", "rspec-expectations", "rspec-mocks", "rspec-rails", "rubocop", "rubocop-ast",
            "selenium-webdriver", "simplecov", "solargraph", "vcr", "web-console", "webmock", "yard",
        ],
    };

    private static readonly Dictionary<string, string> Fixes = new(StringComparer.Ordinal)
    {
        ["npm"] = "RUN npm ci --omit=dev",
        ["pnpm"] = "RUN pnpm install --frozen-lockfile --prod",
        ["yarn"] = "RUN yarn install --production --frozen-lockfile",
        ["composer"] = "RUN composer install --no-dev --optimize-autoloader",
        ["pypi"] = "RUN pip install --no-cache-dir -r requirements.txt   # the tools in a file of their own",
        ["gem"] = "RUN bundle config set --local without 'development test' \\\n && bundle install",
    };

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        image.Work.Spend(image.Packages.All.Count);
        var managers = new Dictionary<string, string>(StringComparer.Ordinal);
        var started = new StartedModules(image);
        foreach (var ecosystem in Marked(image).Where(i => !started.Members.Contains(i))
            .GroupBy(i => Manager(image, i, managers)).OrderBy(g => g.Key, StringComparer.Ordinal))
            foreach (var group in PackageGroup.ByLayer(image, ecosystem))
                if (group.Evidence(image) is { DiskBytes: >= Smallest } evidence)
                {
                    // What was copied from the build context was installed elsewhere, perhaps on purpose.
                    var copied = image.IsFromContext(group.Layer) && !ContextFiles.IsInstalledAgain(image, group.Layer);
                    yield return image.Finding(new(
                        Id,
                        $"{group.Count} installed for development only ({ecosystem.Key})",
                        image.Base.Has(group.Layer) || copied || started.IsOpen ? Confidence.Maybe
                            : Confidence.Probable,
                        group.Layer,
                        evidence,
                        new Fix(
                            started.Warning + $"{Manifest(ecosystem.Key)} lists them for development, or only such "
                                + "packages need them: " +
                            $"{group.Biggest(image)}. The running program does not load them; install what a build " +
                            "needs in a separate stage.",
                            (copied ? $".dockerignore:\n**/{Folder(ecosystem.Key)}\n\nDockerfile:\n" : "")
                                + FixFor(image, group.Layer, ecosystem.Key)))
                    {
                        Key = ecosystem.Key,
                        Remedy = started.Members.Count > 0 ? null : new Remedy.OmitDevelopment(
                            image.Packages.All[group.Members[0]].Ecosystem == "npm" ? "node_modules" : null)
                        {
                            Stage = IsBuiltLater(image, group.Layer) && image.Stage is { Language: "Node" } stage
                                ? stage : null,
                        },
                    });
                }

        foreach (var ecosystem in KnownTools(
            image).GroupBy(i => image.Packages.All[i].Ecosystem).OrderBy(g => g.Key, StringComparer.Ordinal))
            foreach (var group in PackageGroup.ByLayer(image, ecosystem))
                if (group.Evidence(image) is { DiskBytes: >= Smallest } evidence)
                    yield return image.Finding(new(
                        Id,
                        $"{group.Count} that test or check code ({ecosystem.Key})",
                        Confidence.Maybe,
                        group.Layer,
                        evidence,
                        new Fix($"Recognised by their names: {group.Biggest(image)}. A running program seldom needs "
                            + "them.", Fixes[ecosystem.Key]))
                    {
                        Key = ecosystem.Key + "-tools",
                    });
    }

    public static bool IsBuild(string instruction) =>
        Builds.Any(b => instruction.Contains(b, StringComparison.Ordinal));

    private static bool IsBuiltLater(FindingContext image, int layer) => image.Facts.Layers.Any(
        l => l.Index >= layer && Instruction.IsRun(l.Instruction) && IsBuild(l.Instruction!));

    /// <summary>A build that comes later needs them: they go after it, in another stage.</summary>
    private static string FixFor(FindingContext image, int layer, string ecosystem)
    {
        var build = image.Facts.Layers.FirstOrDefault(l => l.Index >= layer && Instruction.IsRun(l.Instruction)
            && Builds.Any(b => l.Instruction!.Contains(b, StringComparison.Ordinal)));
        return build is null || ecosystem is "pypi" or "gem" or "composer" ? Fixes[ecosystem]
            : $"FROM <this base> AS build\nRUN <install with all of them>\n"
                + $"RUN {Phrases.Command(build.Instruction)}\n\nFROM <this base>\n{Fixes[ecosystem]}\n"
                + "COPY --from=build <what the build makes> <its place>";
    }

    private static readonly string[] Builds =
        ["run build", "yarn build", "pnpm build", "npx ", "tsc", "webpack", "vite build", "next build", "ng build",
            "rollup", "esbuild", "gulp", "grunt", "run compile", "nuxt build", "turbo build", "nx build"];

    /// <summary>Where the packages were installed.</summary>
    private static string Folder(string ecosystem) => ecosystem == "composer" ? "vendor" : "node_modules";

    private static string Manifest(string ecosystem) => ecosystem == "composer" ? "composer.json" : "package.json";

    private static IEnumerable<int> Marked(FindingContext image) =>
        Enumerable.Range(0, image.Packages.All.Count)
            .Where(i => image.Packages.All[i].Development && Fixes.ContainsKey(image.Packages.All[i].Ecosystem));

    private static IEnumerable<int> KnownTools(FindingContext image) =>
        Enumerable.Range(0, image.Packages.All.Count).Where(i =>
        image.Packages.All[i] is { Development: false } p && Tools.TryGetValue(p.Ecosystem, out var names)
        && names.Contains(p.Name.ToLowerInvariant())
        && !image.Base.Has(p.Layer));

    private static string Manager(FindingContext image, int package, Dictionary<string, string> managers)
    {
        var found = image.Packages.All[package];
        if (found.Ecosystem != "npm")
            return found.Ecosystem;
        image.Work.Spend(found.FoundAt.Length);
        var end = found.FoundAt.IndexOf("/node_modules/", StringComparison.Ordinal);
        var top = (end < 0 ? "" : found.FoundAt[..end]) + "/node_modules/";
        if (!managers.TryGetValue(top, out var manager))
            managers.Add(top, manager = ManagerOf(image.Tree, image.Tree.Find(top)));
        return manager;
    }

    private static string ManagerOf(FileTree tree, int modules) =>
        modules < 0 || tree.Find(modules, ".package-lock.json") >= 0 ? "npm"
        : tree.Find(modules, ".pnpm") >= 0 ? "pnpm"
        : tree.Find(modules, ".yarn-integrity") >= 0 || tree.Find(modules, ".yarn-state.yml") >= 0 ? "yarn" : "npm";
}
