using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Findings.Base;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Findings.Secrets;
using ImageInsight.Analysis.Findings.Stages;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Findings.Wasted;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Npm;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>Each rule on the image that is worst for it: no rule's work grows faster than the image.</summary>
public sealed class RuleGrowthTests
{
    private static readonly Dictionary<string, Func<int, TreeGrowthImage>> Worst = new(StringComparer.Ordinal)
    {
        [DeletedLaterRule.RuleId] = t => Deep(t).Layer("RUN rm -rf d").Whiteout("d"),
        [MovedCopyRule.RuleId] = t => Copies(t, "RUN mv d e", 0x1a4, "e", t).Whiteout("d"),
        [OverwrittenRule.RuleId] = t => Deep(t).Layer("RUN make").Files(1000 * t, i => $"{Chain(t)}/{i}"),
        [MetadataCopyRule.RuleId] = t => Copies(t, "RUN chmod -R a+x d", 0x1ed, "d", t),
        [BookkeepingRule.RuleId] = Rewritten,
        [BaseWasteRule.RuleId] = t => Based(t).Layer("RUN rm -rf d").Whiteout("d"),
        [PackageCacheRule.RuleId] = Homes,
        [PackageBackupsRule.RuleId] = t => new TreeGrowthImage().Layer("RUN apt-get update")
            .Files(1000 * t, i => $"var/backups{Chain(t)[1..]}/{i}"),
        [DuplicateContentRule.RuleId] = t => Copies(t, "COPY d e", 0x1a4, "e", t),
        [VersionControlRule.RuleId] = Repositories,
        [LocalFilesRule.RuleId] = Projects,
        [CopiedDependenciesRule.RuleId] = Environments,
        [RecommendedPackagesRule.RuleId] = t => Installed(t, databases: 10 * t),
        [DevelopmentDependenciesRule.RuleId] = Modules,
        [StandaloneRule.RuleId] = Standalone,
        [GpuLibrariesRule.RuleId] = GpuLibraries,
        [TemporaryFilesRule.RuleId] = Temporary,
        [LeftoverArchivesRule.RuleId] = Archives,
        [ToolchainRule.RuleId] = t => Installed(t, databases: 10 * t),
        [BuildLeftoversRule.RuleId] = Built,
        [DebugSymbolsRule.RuleId] = t => Nested(t, "a.debug"),
        [UnstrippedProgramsRule.RuleId] = Programs,
        [DocumentationRule.RuleId] = t => new TreeGrowthImage().Layer()
            .Files(1000 * t, i => $"usr/share/doc/{Chain(t)}/{i}/copyright", 500_000),
        [BytecodeAndTestsRule.RuleId] = t => Nested(t, "site-packages/a/tests"),
        [RuntimeDownloadsRule.RuleId] = Repeated,
        ["secret-file"] = t => new TreeGrowthImage().Layer("COPY . .").Files(1000 * t, i => $"{Chain(t)}/{i}/.env"),
        [SecretVariableRule.RuleId] = Secrets,
        [UpdateAloneRule.RuleId] = t => Updates(t),
        [FatBaseRule.RuleId] = t => new TreeGrowthImage { BaseLayers = 1, Distribution = "debian" }.Layer()
            .File("usr/share/man/man1/x").Layer().Files(2000 * t, i => $"usr/share/man/man1/{i}"),
    };

    public static TheoryData<string> Rules => [.. FindingRules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_looks_at_an_image_in_linear_time(string rule) => GrowthCheck.AssertLinear(times =>
    {
        Assert.True(Worst.ContainsKey(rule), $"{rule} has no generator of its worst image.");
        var (facts, tree, packages) = Worst[rule](times).Make();
        return work => Assert.All(
            FindingRules.All.Single(r => r.Id == rule).Find(new FindingContext(facts, tree, packages, work)),
            f => Assert.Equal(rule, f.RuleId));
    });

    [Fact]
    public void Each_rule_finds_something_in_its_worst_image()
    {
        string[] silent =
        [
            .. FindingRules.All.Where(r =>
            {
                var (facts, tree, packages) = Worst[r.Id](2).Make();
                return !r.Find(new FindingContext(facts, tree, packages, Budgets.Default)).Any();
            }).Select(r => r.Id),
        ];
        Assert.Empty(silent);
    }

    [Fact]
    public void A_rule_obeys_a_stop()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        foreach (var rule in FindingRules.All)
        {
            var (facts, tree, packages) = Worst[rule.Id](1).Make();
            var work = new WorkBudget(new AnalysisOptions(), stop.Token);
            Assert.ThrowsAny<OperationCanceledException>(
                () => rule.Find(new FindingContext(facts, tree, packages, work)).Count());
        }
    }

    [Fact]
    public void Work_beyond_the_budget_ends_all_rules_with_the_option()
    {
        var (facts, tree, packages) = Projects(4).Make();
        var work = new WorkBudget(new AnalysisOptions { MaxWork = 5000 }, CancellationToken.None);
        var exception = Assert.Throws<ImageException>(() => FindingRules.Apply(facts, tree, packages, work));
        Assert.Equal((ImageErrors.LimitExceeded, nameof(AnalysisOptions.MaxWork)), (exception.Code, exception.Option));
    }

    [Fact]
    public void The_evidence_of_all_findings_shares_one_budget_and_counts_all_paths()
    {
        var folder = string.Join('/', Enumerable.Repeat(new string('n', 200), 15));
        var image = new TreeGrowthImage();
        for (var layer = 0; layer < 10; layer++)
            image.Layer("RUN make").Files(300, i => $"{layer}/{folder}/{i}", 2000);
        for (var layer = 0; layer < 10; layer++)
            image.Layer("RUN rm").Whiteout($"{layer}");
        var (facts, tree, packages) = image.Make();
        var options = new AnalysisOptions { MaxEvidenceBytes = 1 << 20 };
        var found = FindingRules.Apply(facts, tree, packages, new WorkBudget(options, CancellationToken.None));
        Assert.Equal(10, found.Count);
        Assert.All(found, f => Assert.Equal(300, f.PathCount));
        Assert.InRange(found.Sum(f => f.Paths.Sum(p => p.Path.Length)), options.MaxEvidenceBytes / 2,
            options.MaxEvidenceBytes);
        Assert.Contains(found, f => f.Paths.Count > 20);
        // The last ones have a first share all the same, as long as there is room for it.
        Assert.True(found.Count(f => f.Paths.Count > 0) >= 4);
        Assert.All(found, f => Assert.Equal(f.Paths, f.Paths.OrderByDescending(p => p.DiskBytes)));
    }

    /// <summary>Deeper and deeper, below a folder d.</summary>
    private static string Chain(int times) => "d" + string.Concat(Enumerable.Repeat("/a", 16 * times));

    private static TreeGrowthImage Deep(int times) =>
        new TreeGrowthImage().Layer("COPY . /d").Files(1000 * times, i => $"{Chain(times)}/{i}");

    private static TreeGrowthImage Based(int times) =>
        new TreeGrowthImage { BaseLayers = 1 }.Layer().Files(1000 * times, i => $"{Chain(times)}/{i}");

    private static TreeGrowthImage Copies(int times, string instruction, int mode, string folder, int contents)
    {
        var image = new TreeGrowthImage().Layer("COPY . /d");
        for (var i = 1; i <= 1000 * times; i++)
            image.File($"{Chain(times)}/{i}", 1000, 1 + (i % (500 * contents)));
        image.Layer(instruction);
        for (var i = 1; i <= 1000 * times; i++)
            image.File($"{folder}{Chain(times)[1..]}/{i}", 1000, 1 + (i % (500 * contents)), mode);
        return image;
    }

    private static TreeGrowthImage Rewritten(int times)
    {
        var image = new TreeGrowthImage();
        for (var layer = 0; layer < 20 * times; layer++)
            image.Layer("RUN apt-get install").Files(50, i => $"var/lib/dpkg/info/{i}");
        return image;
    }

    /// <summary>Each has caches, and a variable lists folders that lead to the same one.</summary>
    private static TreeGrowthImage Homes(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN pip install").Files(100 * times, i => $"home/u{i}/.cache/pip/x");
        image.Environment.Add(
            "GOPATH=" + string.Join(':', Enumerable.Range(0, 100 * times).Select(i => "/go" + new string('/', i % 9))));
        return image.Files(200 * times, i => $"go/pkg/mod/{i}/x");
    }

    private static TreeGrowthImage Repositories(int times)
    {
        var image = new TreeGrowthImage().Layer("COPY . /src");
        for (var i = 0; i < 200 * times; i++)
            image.File($"src/{i}/.git/HEAD", 9).File($"src/{i}/.git/objects/x", 9000);
        return Nest(image, times, ".git", "HEAD");
    }

    /// <summary>One folder with all projects in it, which is searched for marks from each of them.</summary>
    private static TreeGrowthImage Projects(int times)
    {
        var image = new TreeGrowthImage().Layer("COPY . /src");
        for (var i = 0; i < 200 * times; i++)
            image.File($"src/{i}/package.json", 9).File($"src/{i}/test/{i}", 9000).Folder($"src/{i}/coverage");
        return Nest(image, times, "coverage", "x");
    }

    /// <summary>Virtual environments, and as many places that links and variables name.</summary>
    private static TreeGrowthImage Environments(int times)
    {
        var image = new TreeGrowthImage().Layer("COPY . /src");
        var count = 200 * times;
        image.Files(count, i => $"root/.cache/pip/{i}");
        for (var i = 0; i < count; i++)
            image.File($"src/{i}/.venv/pyvenv.cfg", 9).File($"src/{i}/.venv/lib/x", 9000)
                .Link($"links/{i}", $"/root/.cache/pip/../pip/{i}");
        image.Environment.Add(
            "PATH=" + string.Join(':', Enumerable.Range(0, count / 2).Select(i => $"/src/{i}/.venv")));
        image.Command.AddRange(["/usr/bin/program", .. Enumerable.Range(0, count).Select(i => $"word{i}")]);
        return image;
    }

    private static TreeGrowthImage Installed(int times, int databases)
    {
        var image = new TreeGrowthImage().Layer("RUN apt-get install -y asked")
            .Files(50 * times, i => $"srv/{i}.py", 10);
        for (var d = 1; d <= databases; d++)
            for (var i = 0; i < 20; i++)
            {
                var (name, scope) = ($"{(i == 0 ? "asked" : "gcc")}-{i}", d);
                image.File($"usr/lib/{d}/{i}", 100_000);
                image.Package("deb", name, "/var/lib/dpkg/status", [$"usr/lib/{d}/{i}"], c => c with
                {
                    Database = 1,
                    Scope = scope,
                    OnPurpose = name is "asked-0" or "gcc-2",
                    Recommends = i == 0 ? ["gcc-1"] : [],
                    Needs = i == 2 ? [.. Enumerable.Range(3, 17).Select(n => $"gcc-{n}")] : [],
                });
            }

        return image;
    }

    private static TreeGrowthImage Modules(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN npm ci");
        for (var i = 0; i < 300 * times; i++)
            image.File($"srv/{i}/node_modules/tool/package.json", 1000).Package(
                "npm", "tool", $"/srv/{i}/node_modules/tool/package.json", [$"srv/{i}/node_modules/tool/package.json"],
                c => c with { Development = true });
        return image;
    }

    private static TreeGrowthImage Standalone(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN npm run build");
        for (var i = 0; i < 100 * times; i++)
            image.File($"srv/{i}/.next/standalone/server.js", 9).File($"srv/{i}/node_modules/x/x", 2_000_000);
        return image;
    }

    /// <summary>One SONAME in many places of both sides.</summary>
    private static TreeGrowthImage GpuLibraries(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN pip install torch");
        for (var i = 1; i <= 500 * times; i++)
            image.File($"usr/local/cuda/{i}/libcudart.so.12.{i}", 100_000, i)
                .File($"srv/{i}/site-packages/nvidia/lib/libcudart.so.12", 100_000, -i);
        return image;
    }

    /// <summary>Scripts that start each other, and a start that names them all.</summary>
    private static TreeGrowthImage Scripts(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN make");
        for (var i = 0; i < 100 * times; i++)
            image.Captured($"srv/s{i}", ScriptFiles.Kind, Encoding.UTF8.GetBytes(
                "#!/bin/sh\n" + string.Concat(Enumerable.Range(0, 100).Select(n => $"/srv/s{n} /tmp/{n} $(x) $y\n"))));
        image.Files(200 * times, i => $"tmp/{i}/x");
        image.Command.AddRange(Enumerable.Range(0, 100 * times).Select(i => $"/srv/s{i}"));
        return image;
    }

    [Fact]
    public void What_starts_is_followed_in_linear_time() => GrowthCheck.AssertLinear(times =>
    {
        var (facts, tree, packages) = Scripts(times).Make();
        return work =>
        {
            var context = new FindingContext(facts, tree, packages, work);
            Assert.True(context.Used.Start.IsOpen);
            Assert.NotEmpty(context.Used.ScriptInterpreters.Concat(context.Used.NamedByScripts));
        };
    });

    /// <summary>Many projects, and products of their builds at many places.</summary>
    private static TreeGrowthImage Built(string language, int times)
    {
        var (count, image) = (100 * times, new TreeGrowthImage { BaseLayers = 1 });
        var elf = new ElfFacts("go1.22", "", null, 0, 0, 0, []).Write();
        image.Layer("ADD x /").File("bin/x").Layer("RUN apt-get install -y gcc").File("usr/bin/gcc");
        image.Layer("COPY . /src").Files(count, i => $"src/{i}/go.mod").Files(count, i => $"src/{i}/src/a.java")
            .Files(count, i => $"src/{i}/views/{i}/a.html").Files(count, i => $"src/{i}/a.csproj")
            .Files(count, i => $"one{Chain(times)[1..]}/{i}/x").File("web/package-lock.json")
            .Captured("web/package.json", NpmFiles.Kind, "{}"u8.ToArray()).File("web/node_modules/x/y");
        image.Layer("RUN npm run build").Files(count, i => $"web/dist/{i}")
            .Files(count, i => $"usr/local/lib/python3/site-packages/{i}/x").Files(count, i => $"src/{i}/lib/a.jar")
            .Files(count, i => $"out/a{i}.runtimeconfig.json").Captured("out/x", ElfFiles.Kind, elf);
        string[] command = language switch
        {
            "Go" => ["/out/x"],
            "Java" => ["java", "-cp", string.Join(':', Enumerable.Range(0, count).Select(i => $"/src/{i}/lib/a.jar"))],
            "Node" => ["/bin/x"],
            "Python" => ["python3", "/src/0/go.mod"],
            _ => ["dotnet", .. Enumerable.Range(0, count).Select(i => $"/out/a{i}.dll")],
        };
        image.Command.AddRange(command);
        if (language == ".NET")
            image.Layer("RUN dotnet publish").Files(count, i => $"out/a{i}.dll");
        return image;
    }

    public static TheoryData<string> Languages => [.. StagePlan.Languages.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_second_stage_is_planned_in_linear_time(string language) => GrowthCheck.AssertLinear(times =>
    {
        var (facts, tree, packages) = Built(language, times).Make();
        return work =>
        {
            var context = new FindingContext(facts, tree, packages, work);
            var layers = StageLayers.Read(context);
            Assert.NotNull(layers);
            Assert.NotNull(StagePlan.Languages.Single(l => l.Name == language).Find(context, layers));
            Assert.True(context.Stage is null || context.Stage.Copies.Count < 30);
        };
    });

    private static TreeGrowthImage Temporary(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN make").Files(500 * times, i => $"tmp/{i}/x");
        image.Environment.Add(
            "USED=" + string.Join(':', Enumerable.Range(0, 250 * times).Select(i => $"/tmp/{i}/x")));
        return image;
    }

    private static TreeGrowthImage Archives(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN wget");
        for (var i = 0; i < 300 * times; i++)
            image.File($"srv/tool{i}-1.2.tar.gz", 1000).Folder($"srv/tree{i}-1")
                .File($"srv/lib{i}_1.orig.tar.gz", 1000).File($"srv/other{i}.dsc", 1).Folder($"srv/inner{i}")
                .Captured($"srv/inner{i}.zip", ArchiveFiles.Kind, Members(i), 1000);
        return image.File("srv/tree1-1.zip", 20_000);
    }

    private static byte[] Members(int seed)
    {
        var members = new ArchiveMembers();
        for (var i = 0; i < 300; i++)
            members.TryAdd(new MemoryStream([(byte)seed, (byte)i]), 2, new byte[2], _ => true);
        return members.Write();
    }

    private static TreeGrowthImage Built(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN make");
        var program = new ElfFacts(null, null, null, 0, 0, 0, [])
        {
            BuildPaths = [.. Enumerable.Range(0, 50).Select(i => $"/build/{i}/program")],
        }.Write();
        for (var i = 0; i < 200 * times; i++)
            image.File($"build/{i}/Makefile", 10).File($"build/{i}/{i}.c", 1000)
                .Captured($"build/{i}/program", ElfFiles.Kind, program)
                .Captured($"usr/bin/{i}", ElfFiles.Kind, program);
        image.Start.Add("CMD [\"/usr/bin/x\"]");
        return image;
    }

    private static TreeGrowthImage Programs(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN make");
        var program = new ElfFacts(null, null, null, 5000, 0, 0, []).Write();
        for (var i = 0; i < 1000 * times; i++)
            image.Captured($"{Chain(times)}/{i}", ElfFiles.Kind, program, 10_000);
        return image;
    }

    private static TreeGrowthImage Repeated(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN download").Files(500 * times, i => $"models/{i}");
        image.Environment.Add(
            "HF_HOME=" + string.Join(
                ':', Enumerable.Range(0, 500 * times).Select(i => "/models" + new string('/', i % 9))));
        return image;
    }

    private static TreeGrowthImage Secrets(int times)
    {
        var image = new TreeGrowthImage().Layer("RUN make");
        image.Environment.AddRange(Enumerable.Range(0, 1000 * times).Select(i => $"A{i}_TOKEN=***"));
        return image;
    }

    private static TreeGrowthImage Updates(int times)
    {
        var image = new TreeGrowthImage();
        for (var i = 0; i < 50 * times; i++)
            image.Layer("RUN apt-get update && echo " + new string('x', 1000));
        return image;
    }

    /// <summary>Folders in folders of the same kind: what is below is below all of them.</summary>
    private static TreeGrowthImage Nested(int times, string name) =>
        Nest(new TreeGrowthImage().Layer("COPY . /src"), times, name, "x");

    private static TreeGrowthImage Nest(TreeGrowthImage image, int times, string name, string file)
    {
        var path = "nest";
        for (var i = 0; i < 8 * times; i++)
        {
            path += "/" + name;
            image.Folder(path);
        }

        return image.File($"{path}/{file}", 9).Files(1000 * times, i => $"{path}/{i}", 2000);
    }
}
