using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>A package index refreshed in a RUN of its own: later installs use whatever a cached layer holds.</summary>
internal sealed class UpdateAloneRule : IFindingRule
{
    public const string RuleId = "update-alone";

    private static readonly (string Update, string Name)[] Updates =
        [("apt-get update", "apt-get"), ("apt update", "apt"), ("apk update", "apk"), ("yum makecache", "yum"),
            ("dnf makecache", "dnf"), ("zypper refresh", "zypper")];

    private static readonly string[] Verbs =
        [" install", " upgrade", " dist-upgrade", " full-upgrade", " add", " download", " source", " build-dep"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        for (var layer = image.Base.Layers; layer < image.Facts.Layers.Count; layer++)
        {
            var instruction = image.InstructionOf(layer);
            if (!Instruction.IsRun(instruction))
                continue;
            image.Work.Spend(instruction!.Length);
            foreach (var (update, name) in Updates)
                if (instruction.Contains(update, StringComparison.Ordinal) && !Uses(instruction, name))
                    yield return image.Finding(new(
                        Id,
                        $"{update} without an install in the same instruction",
                        Confidence.Probable,
                        layer,
                        new EvidenceList(image),
                        new Fix(
                            "The builder caches this layer: a later install then uses an old package index, or " +
                            "fails. Update and install in one RUN. The package lists are counted in a finding of " +
                            "their own.",
                            $"RUN {update} \\\n && {name} {Install(name)} <packages>"))
                    {
                        Key = name,
                        Remedy = new Remedy.JoinInstall(name),
                        KnownAs = ["CIS-DI-0007"],
                    });
        }
    }

    private static string Install(string name) => name switch
    {
        "apk" => "add --no-cache",
        "apt-get" or "apt" => "install -y --no-install-recommends",
        _ => "install -y",
    };

    private static bool Uses(string instruction, string name) =>
        Verbs.Any(verb => instruction.Contains(verb, StringComparison.Ordinal))
        && instruction.Contains(name, StringComparison.Ordinal);
}
