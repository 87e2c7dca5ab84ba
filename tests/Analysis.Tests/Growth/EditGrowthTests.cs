using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Dockerfiles.Edits;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>
/// Each edit on the Dockerfile and the findings that are worst for it: both sides are as long as the input makes them.
/// </summary>
public sealed class EditGrowthTests
{
    private static readonly Dictionary<Type, Func<int, Input>> Worst = new()
    {
        [typeof(SecondStageEdit)] = Stages,
        [typeof(LeftBehindEdit)] = Stages,
        [typeof(UpdateAloneEdit)] = t => Runs(
            50 * t, i => $"apt-get update && echo {i}", new Remedy.JoinInstall("apt-get"), (_, i) => [i]),
        [typeof(MovedCopyEdit)] = Moves,
        [typeof(OwnershipEdit)] = Owners,
        [typeof(MergeEdit)] = t => Runs(
            50 * t, i => $"rm -rf /d/{i} {new string('x', 1000)}", new Remedy.StoreOnce(StoredChange.Removed),
            (_, i) => [Math.Max(0, i - 1)]),
        [typeof(OptionEdit)] = t => Runs(
            50 * t, i => string.Concat(Enumerable.Repeat("apt-get install a ; ", 20)) + i,
            new Remedy.AddOptions([new(["apt-get"], "install", "--no-install-recommends")]), (_, i) => [i]),
        [typeof(DevelopmentEdit)] = t => Runs(
            50 * t, i => $"npm ci && echo {i}", new Remedy.OmitDevelopment("node_modules"), (_, i) => [i]),
        [typeof(PackageCacheEdit)] = Caches,
        [typeof(LeftoverEdit)] = Leftovers,
        [typeof(IgnoreEdit)] = Ignored,
        [typeof(SecretVariableEdit)] = Secrets,
    };

    private sealed record Input(TreeGrowthImage Image, Func<FileTree, IReadOnlyList<Finding>> Findings);

    public static TheoryData<string> Edits => [.. Proposal.Edits.Select(e => e.GetType().Name)];

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edit_answers_its_findings_in_linear_time(string edit) => GrowthCheck.AssertLinear(times =>
    {
        var own = Proposal.Edits.Single(e => e.GetType().Name == edit);
        Assert.True(Worst.ContainsKey(own.GetType()), $"{edit} has no generator of its worst Dockerfile.");
        var (steps, tree, findings) = Make(Worst[own.GetType()](times));
        return work =>
        {
            var draft = new Draft([.. steps.Select(s => s.Copy())], tree, work);
            foreach (var finding in findings)
                own.TryApply(draft, finding);
        };
    });

    [Theory]
    [MemberData(nameof(Edits))]
    public void All_edits_together_make_a_Dockerfile_in_linear_time(string edit) => GrowthCheck.AssertLinear(times =>
    {
        var input = Worst[Proposal.Edits.Single(e => e.GetType().Name == edit).GetType()](times);
        var (facts, tree, _) = input.Image.Make();
        var findings = input.Findings(tree);
        return work => Dockerfile.Create(tree, facts.History, BaseImage.Unknown, "linux/amd64", findings, work);
    });

    [Fact]
    public void An_edit_obeys_a_stop()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var (steps, tree, _) = Make(Secrets(1));
        Assert.ThrowsAny<OperationCanceledException>(
            () => new Draft(steps, tree, new WorkBudget(new AnalysisOptions(), stop.Token)));
    }

    [Fact]
    public void Findings_without_an_instruction_of_their_own_fill_a_margin_that_can_be_read()
    {
        var input = Runs(1, _ => "make", new Remedy.EmptyCache("x"), (_, _) => [0]);
        var (facts, tree, _) = input.Image.Make();
        List<Finding> findings =
            [.. Enumerable.Range(0, 5000).Select(i => Found(i, null, null, []) with { Fix = new Fix("", $"fix {i}") })];
        var made = Dockerfile.Create(
            tree, facts.History, BaseImage.Unknown, "linux/amd64", findings, Budgets.Default);
        Assert.InRange(made.Proposed.Count, 100, 300);
    }

    private static (List<Step> Steps, FileTree Tree, IReadOnlyList<Finding> Findings) Make(Input input)
    {
        var (facts, tree, _) = input.Image.Make();
        return (Reconstruction.Read(facts.History, BaseImage.Unknown, facts.Layers, posix: true, Budgets.Default), tree,
            input.Findings(tree));
    }

    private static Input From(TreeGrowthImage image, Func<FileTree, IEnumerable<Finding>> findings) =>
        new(image, tree => [.. findings(tree)]);

    private static Finding Found(
        int number, int? layer, Remedy? remedy, IReadOnlyList<LayerBodies> bodies, params string[] paths) =>
        new($"found-{number}", "rule", "title", Severity.Low, Confidence.Safe, 0, 0, layer, null, paths.Length,
            [.. paths.Select(p => new Evidence(p, 1000, 0, layer ?? 0, null))], new Fix("", "fix"), [],
            BodySet.Create(bodies))
        {
            Remedy = remedy,
        };

    /// <summary>A RUN a layer and a finding each.</summary>
    private static Input Runs(int count, Func<int, string> text, Remedy remedy, Func<int, int, int[]> carriers)
    {
        var image = new TreeGrowthImage();
        for (var i = 0; i < count; i++)
            image.Layer($"RUN {text(i)}").File($"d/{i}/x");
        return From(image, _ => Enumerable.Range(0, count).Select(i => Found(
            i, i, remedy, [.. carriers(count, i).Select(c => new LayerBodies(c, [2]))], $"/d/{i}/x")));
    }

    /// <summary>RUNs of which a part is repeated, without packages of which there are as many.</summary>
    private static Input Stages(int times)
    {
        var image = new TreeGrowthImage();
        var count = 50 * times;
        var packages = string.Join(' ', Enumerable.Range(0, 20).Select(p => $"p{p}"));
        for (var i = 0; i < count; i++)
            image.Layer($"RUN apt-get update && apt-get install -y {packages} q{i} && mkdir -p /d/{i} && make {i}")
                .Files(20, f => $"d/{i}/{f}").File($"e/{i}/x");
        var stage = new Remedy.SecondStage(
            "Go", [.. Enumerable.Range(0, count).Where(i => i % 2 == 0)],
            [.. Enumerable.Range(0, 20).Select(i => new TakenOver($"/d/{i}", true, "9:9"))])
        {
            Without = [.. Enumerable.Range(0, count).Select(i => $"q{i}")],
            With = ["r"],
            Finish = ["true"],
        };
        return From(image, _ => Enumerable.Range(0, count).Select(i => Found(
            i, i, i % 3 == 0 ? stage : null, [new LayerBodies(i, [.. Enumerable.Range(0, 20)])], $"/d/{i}/0")));
    }

    private static Input Moves(int times)
    {
        var image = new TreeGrowthImage();
        var count = 30 * times;
        for (var i = 0; i < count; i++)
            image.Layer($"COPY a{i}.sh /x{i}/").File($"x{i}/a{i}.sh");
        for (var i = 0; i < count; i++)
            image.Layer($"RUN mv /x{i}/a{i}.sh /y{i}").File($"y{i}");
        return From(image, _ => Enumerable.Range(0, count).Select(i => Found(
            i, count + i, new Remedy.StoreOnce(StoredChange.Moved), [new LayerBodies(i, [1])], $"/x{i}/a{i}.sh")));
    }

    /// <summary>Many files, and many commands that change a part of them.</summary>
    private static Input Owners(int times)
    {
        var image = new TreeGrowthImage().Layer("COPY . /d");
        var folder = "d" + string.Concat(Enumerable.Repeat("/a", 10 * times));
        image.Files(500 * times, i => $"{folder}/{i}");
        var changes = Enumerable.Range(0, 100 * times).Select(i => $"chown a:b {i}");
        image.Layer($"RUN {string.Join(" && ", changes)}").File("e");
        return From(image, _ =>
        [
            Found(0, 1, new Remedy.StoreOnce(StoredChange.Metadata), [new LayerBodies(0, [20])], "/d/x"),
        ]);
    }

    private static Input Caches(int times)
    {
        var image = new TreeGrowthImage();
        var folder = "var/lib/apt/lists" + string.Concat(Enumerable.Repeat("/a", 10 * times));
        image.Layer("RUN apt-get update && apt-get install a").Files(1000 * times, i => $"{folder}/{i}");
        for (var i = 0; i < 150 * times; i++)
            image.Layer($"RUN go build {i} && mvn {i}").File($"go/{i}/go/pkg/mod/x");
        return From(image, tree =>
        [
            Found(0, 150 * times, new Remedy.StoreOnce(StoredChange.Removed),
                [new LayerBodies(0, [.. Enumerable.Range(0, tree.Layers[0].Layer.Entries.Count)])]),
            .. Enumerable.Range(0, 150 * times).Select(i => Found(
                i + 1, i + 1, new Remedy.EmptyCache("go"), [new LayerBodies(i + 1, [5])], $"/go/{i}/go/pkg/mod/x")),
        ]);
    }

    private static Input Leftovers(int times)
    {
        var image = new TreeGrowthImage();
        for (var i = 0; i < 50 * times; i++)
            image.Layer($"RUN make target{i} {new string('x', 400)}").Files(4, f => $"tmp/build{i}-{f}/x");
        return From(image, _ => Enumerable.Range(0, 50 * times).Select(i => Found(
            i, i, new Remedy.RemoveFiles([.. Enumerable.Range(0, 4).Select(f => $"/tmp/build{i}-{f}")], ["git"], false),
            [new LayerBodies(i, [2, 4, 6, 8])], [.. Enumerable.Range(0, 4).Select(f => $"/tmp/build{i}-{f}/x")])));
    }

    private static Input Ignored(int times)
    {
        var image = new TreeGrowthImage();
        for (var i = 0; i < 50 * times; i++)
            image.Layer($"COPY src{i} /d/{i}").File($"d/{i}/.idea{i}/x").Files(20, f => $"d/{i}/{f}")
                .Layer($"RUN make {string.Join(' ', Enumerable.Range(0, 40).Select(w => $"word{w}"))}").File("x");
        return From(image, _ => Enumerable.Range(0, 50 * times).Select(i => Found(
            i, 2 * i, new Remedy.KeepOutOfContext(
                [.. Enumerable.Range(0, 5).Select(n => n == 0 ? $".idea{i}" : $".none{i}-{n}")], ["git"]),
            [new LayerBodies(2 * i, [3])], $"/d/{i}/.idea{i}/x")));
    }

    private static Input Secrets(int times)
    {
        var image = new TreeGrowthImage();
        string[] names = [.. Enumerable.Range(0, 300 * times).Select(i => $"A{i}_TOKEN")];
        foreach (var some in names.Chunk(30))
            image.Layer($"ENV {string.Join(' ', some.Select(n => n + "=***"))}").File("a")
                .Layer($"RUN {string.Join(" && ", some.Select(n => $"echo ${n} ${{{n}}}"))}").File("a");
        return From(image, _ => [Found(0, null, new Remedy.MountSecrets(names), [])]);
    }
}
