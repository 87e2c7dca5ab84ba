namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Compiled Python files and the tests that libraries ship of themselves.</summary>
internal sealed class BytecodeAndTestsRule : IFindingRule
{
    public const string RuleId = "bytecode-and-tests";

    private const long Smallest = 500_000;

    private static readonly string[] Tests =
    [
        "/usr/lib/python*/test", "/usr/lib/python*/*/test", "/usr/lib/python*/*/tests",
        "/usr/lib/python*/idlelib/idle_test", "/usr/local/lib/python*/test", "/usr/local/lib/python*/*/test",
        "/usr/local/lib/python*/*/tests", "/usr/local/lib/python*/idlelib/idle_test", "**/site-packages/*/tests",
        "**/site-packages/*/test", "**/dist-packages/*/tests", "**/dist-packages/*/test",
    ];

    private static readonly PathGroup[] Groups =
    [
        new(
            "pyc",
            "Compiled Python files",
            Confidence.Maybe,
            ["**/*.pyc", "**/*.pyo"],
            "Python compiles its sources again when they are missing, which makes the first start slower.",
            "ENV PYTHONDONTWRITEBYTECODE=1\nRUN pip install --no-cache-dir --no-compile -r requirements.txt")
        {
            // Those of the tests go with the tests.
            Except = Tests,
        },
        new(
            "tests",
            "Tests shipped with libraries",
            Confidence.Maybe,
            Tests,
            "Programs do not run the tests of their libraries; a few libraries import their own test helpers.",
            "RUN pip install --no-cache-dir -r requirements.txt \\\n && find / -xdev -depth -type d -name tests -path "
                + "'*site-packages*' -exec rm -rf {} +"),
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image) => Groups.SelectMany(g => g.Find(image, new(Id, Smallest)));
}
