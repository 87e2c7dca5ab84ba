using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Whether a folder with a name such as coverage, spec or dist is what its name says: an application may mean something
/// else by it, and serve it.
/// </summary>
internal sealed class LocalEvidence
{
    /// <summary>So much of a folder is looked at.</summary>
    private const int MostFiles = 500;

    private static readonly string[] CoverageFiles =
        ["lcov.info", "lcov-report", "clover.xml", "coverage-final.json", "cobertura-coverage.xml", "cobertura.xml",
            "coverage.xml", "coverage.json", ".last_run.json", ".resultset.json", "jacoco.xml"];

    /// <summary>What builds write beside their products, and programs do not read.</summary>
    private static readonly string[] BuildFiles =
        ["CMakeCache.txt", ".rustc_info.json", "CACHEDIR.TAG", "maven-status", "surefire-reports", "maven-archiver",
            "test-classes", "tmp", "generated-sources", "kotlin", "build.ninja"];

    private static readonly HashSet<string> TestFolders = new(StringComparer.Ordinal)
    {
        "test", "tests", "__tests__", "spec", "e2e", "cypress", "testdata", "fixtures",
    };

    private static readonly string[] TestEndings =
        ["_test.go", "_test.py", "_spec.rb", "_test.rb", "Test.java", "Tests.java", "Test.php", "Tests.cs", "_test.exs",
            "Test.kt", "Spec.scala", "_test.dart", "Test.cs", "_test.cc", "_test.cpp"];

    private static readonly string[] TestRunners =
        ["pytest", "py.test", "jest", "vitest", "mocha", "rspec", "phpunit", "cypress", "playwright", "karma", "ava",
            "tox", "nox", "unittest", "behave", "robot", "testcafe", "npm test", "yarn test", "pnpm test", "go test",
            "cargo test", "mvn test", "gradle test", "make test", "dotnet test", "mix test"];

    /// <summary>A word after these is a task, not a folder.</summary>
    private static readonly HashSet<string> TaskRunners = new(StringComparer.Ordinal)
    {
        "npm", "yarn", "pnpm", "bun", "run", "run-script", "go", "make", "mvn", "cargo", "gradle", "gradlew", "dotnet",
        "rake", "mix", "-r", "ng", "next", "vite", "composer", "docker",
    };

    private static readonly char[] Breaks =
        [' ', '\t', '\n', '"', '\'', '[', ']', ',', ';', '&', '|', '(', ')', '=', ':', '{', '}', '$'];

    private readonly FindingContext image;
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly bool runsTests;

    public LocalEvidence(FindingContext image)
    {
        this.image = image;
        foreach (var line in image.Facts.History)
            if (!line.Instruction.StartsWith("LABEL", StringComparison.OrdinalIgnoreCase))
                AddWords(line.Instruction);
        foreach (var word in image.Used.Start.Named)
            AddParts(word);
        runsTests = TestRunners.Any(image.Used.Start.Runs);
    }

    /// <summary>An instruction, or what starts, has the name in a path: it is meant to be there.</summary>
    public bool IsNamed(string name) => named.Contains(name);

    /// <summary>What lies in there shows that the name means it.</summary>
    public bool IsShown(int node, string name) => name switch
    {
        "coverage" => CoverageFiles.Any(f => image.Find(node, f) >= 0),
        "logs" or "log" => Files(node) is { Count: > 0 } files && files.TrueForAll(IsLog),
        "dist" or "build" or "out" or "target" => IsBuilt(node),
        _ when TestFolders.Contains(name) => !runsTests && Files(node).Exists(IsTest),
        _ => true,
    };

    private bool IsBuilt(int node)
    {
        if (BuildFiles.Any(f => image.Find(node, f) >= 0))
            return true;
        // The program that is started stands beside it, and a build of it, with nothing to show to a browser, in it.
        if (image.Find(node, "index.html") >= 0)
            return false;
        var parent = image.Tree.Nodes[node].Parent;
        return image.Used.Named.Any(n => image.Tree.Nodes[n].Parent == parent
            && image.Tree.Nodes[n].Kind == EntryKind.File
            && image.Find(node, PathText.FromName(image.Tree.NameOf(n))) >= 0);
    }

    private List<string> Files(int node)
    {
        var found = new List<string>();
        foreach (var below in image.Tree.Below(node, image.Work))
        {
            if (image.Tree.Nodes[below] is not { Visible: true, Inode: >= 0 })
                continue;
            found.Add(PathText.FromName(image.Tree.NameOf(below)));
            if (found.Count == MostFiles)
                break;
        }

        return found;
    }

    private static bool IsLog(string name) =>
        name.Contains(".log", StringComparison.Ordinal) || name.EndsWith(".out", StringComparison.Ordinal)
        || name.EndsWith(".err", StringComparison.Ordinal) || name is ".gitkeep" or ".gitignore" or ".keep";

    private static bool IsTest(string name) =>
        name.Contains(".test.", StringComparison.Ordinal) || name.Contains(".spec.", StringComparison.Ordinal)
        || name.Contains(".cy.", StringComparison.Ordinal) || name == "conftest.py"
        || (name.StartsWith("test_", StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal))
        || TestEndings.Any(e => name.EndsWith(e, StringComparison.Ordinal));

    private void AddWords(string instruction)
    {
        image.Work.Spend(1 + instruction.Length);
        var isRun = Instruction.IsRun(instruction);
        var last = "";
        foreach (var word in instruction.Split(Breaks, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isRun || word.Contains('/', StringComparison.Ordinal) || !TaskRunners.Contains(last))
                AddParts(word);
            last = word[(word.LastIndexOf('/') + 1)..];
        }
    }

    private void AddParts(string word)
    {
        image.Work.Spend(word.Length);
        foreach (var part in word.Split('/', StringSplitOptions.RemoveEmptyEntries))
            named.Add(part);
    }
}
