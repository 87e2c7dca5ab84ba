using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Base;

/// <summary>
/// A base that brings more than a running program needs, where a leaner variant of the same is published. It claims no
/// bytes: what another base would save is known only once that one was measured.
/// </summary>
internal sealed class FatBaseRule : IFindingRule
{
    public const string RuleId = "fat-base";

    private const string Distroless =
        "No bytes are counted: what another base image would save is known once it is analysed here. "
            + "Distroless images are smaller still, but have neither shell nor package manager: docker exec and RUN do "
            + "not work in them. Alpine's C library is musl: " +
        "programs linked against glibc, and many binary Python wheels and Node modules, do not run there unchanged.";

    /// <summary>Built on buildpack-deps and published in this form alone.</summary>
    private static readonly string[] NoSlim = ["golang", "gcc", "buildpack-deps", "swift", "haskell"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        if (image.Base.Layers == 0 || image.Base.Layers > image.Facts.Layers.Count)
            yield break;
        image.Work.Spend(image.Facts.History.Sum(h => (long)h.Instruction.Length));
        var size = Phrases.Size(image.Facts.Layers.Take(image.Base.Layers).Sum(l => l.Layer.DiskBytes));
        var buildPack = BuildPack.FindLayers(image.Facts.History).Any(layers => layers <= image.Base.Layers);
        if (buildPack && HasNoSlim(image))
            yield return FindingFor(
                image,
                "buildpack",
                $"The base image ({size}) includes compilers and headers for many languages",
                "It is made for building and has no slim variant. Build in a stage based on it, and copy the result "
                    + "onto a small base image. " + Distroless,
                "FROM <this base> AS build\n# ...\nFROM debian:stable-slim\nCOPY --from=build <the program> <its " +
                "final path>");
        else if (buildPack)
            yield return FindingFor(
                image,
                "buildpack",
                $"The base image ({size}) includes compilers and headers for many languages",
                "It is built on buildpack-deps, which is made for compiling extensions. The slim variant of the same " +
                "image leaves that out: install what a build needs " +
                "in a separate stage, and run on the slim variant. " + Distroless,
                Slim(image));
        else if (image.Packages.Distribution.Id == "debian" && HasManuals(image))
            yield return FindingFor(
                image,
                "full",
                $"The base image ({size}) is the full Debian; there is a slim variant",
                "The slim variant is the same distribution without manuals, most documentation and translations; "
                    + "packages install as before. " + Distroless,
                Slim(image));
    }

    private Finding FindingFor(FindingContext image, string key, string title, string text, string snippet) =>
        image.Finding(new(
            Id,
            title,
            Confidence.Maybe,
            image.Base.Layers - 1,
            new EvidenceList(image),
            new Fix(text, snippet))
        {
            Key = key,
        });

    /// <summary>The slim ones keep dpkg from unpacking any.</summary>
    private static bool HasManuals(FindingContext image)
    {
        var tree = image.Tree;
        var folder = tree.Find("/usr/share/man/man1");
        return folder >= 0 && tree.VisibleChildren(folder, image.Work).Any(
            n => tree.BodyAt(n) is var body and >= 0 && tree.Inodes[body].Layer < image.Base.Layers);
    }

    // docker.io/library/golang:1.25 by what somebody stated, golang-1.25 by what the history sets.
    private static bool HasNoSlim(FindingContext image) =>
        new[] { (image.Base.Name ?? "").Split('@', ':')[0].Split('/')[^1], image.Base.Family ?? "" }
            .Any(name => NoSlim.Any(n => name == n || name.StartsWith(n + "-", StringComparison.Ordinal)));

    private static string Slim(FindingContext image)
    {
        var family = image.Base.Family ?? "";
        var separator = family.LastIndexOf('-');
        var name = image.Base.Name is { } stated && stated.Contains('/', StringComparison.Ordinal)
            ? stated.Split('@')[0]
            : null;
        if (name is not null && name.LastIndexOf(':') > name.LastIndexOf('/')
            && !name.EndsWith(":latest", StringComparison.Ordinal))
            return $"FROM {name}-slim";
        return separator > 0 ? $"FROM {family[..separator]}:{family[(separator + 1)..]}-slim"
            : "FROM <the slim variant of this base>";
    }
}
