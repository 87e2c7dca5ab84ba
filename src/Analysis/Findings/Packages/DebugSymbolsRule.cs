namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Debug information in files of its own.</summary>
internal sealed class DebugSymbolsRule : IFindingRule
{
    public const string RuleId = "debug-symbols";

    private const long Smallest = 100_000;

    private static readonly PathGroup[] Groups =
    [
        new(
            "elf",
            "Separate debug symbols",
            Confidence.Maybe,
            ["/usr/lib/debug/*", "/usr/local/lib/debug/*", "/usr/src/debug/*", "**/*.debug", "**/*.dwo", "**/*.dwp"],
            "Only a debugger reads them. Keep them in a symbol store or a separate image.",
            "RUN rm -rf /usr/lib/debug   # in the RUN that installs them"),
        new(
            "pdb",
            "Program databases (.pdb)",
            Confidence.Maybe,
            ["**/*.pdb"],
            "They give stack traces their line numbers, and nothing else.",
            "RUN dotnet publish -c Release -p:DebugType=none -o /app"),
        new(
            "map",
            "Source maps",
            Confidence.Maybe,
            ["**/*.js.map", "**/*.mjs.map", "**/*.cjs.map", "**/*.ts.map", "**/*.mts.map", "**/*.cts.map",
                "**/*.css.map", "**/*.min.map"],
            "Browsers' and Node's debuggers read them, the program does not.",
            "# leave them out of the build, or upload them to the error tracker and remove them\nRUN npm run build "
                + "\\\n && find dist -name '*.map' -delete"),
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image) => Groups.SelectMany(g => g.Find(image, new(Id, Smallest)));
}
