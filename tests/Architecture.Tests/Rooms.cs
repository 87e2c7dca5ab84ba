using System.Reflection;

namespace ImageInsight.Architecture.Tests;

/// <summary>
/// The rooms of a project, the lowest first: each may use those before it, less what is said to be forbidden.
/// </summary>
/// <param name="Root">Types beside the rooms that every room may use; all others there stand above the rooms.</param>
internal sealed record Rooms(Assembly Assembly, IReadOnlyList<string> Order, IReadOnlyList<string> Root)
{
    /// <summary>Stricter than the order: a room, and those before it that it may not use all the same.</summary>
    public IReadOnlyDictionary<string, string[]> Never { get; init; } = new Dictionary<string, string[]>();

    public static IReadOnlyList<Rooms> All { get; } =
    [
        new(
            Product.Analysis,
            [
                "References", "Secrets", "Instructions", "Layers", "Sources", "FileSystem", "Packages", "Bases",
                "Findings", "Dockerfiles", "Rewriting", "Comparing", "Treemaps",
            ],
            ["AnalysisOptions", "ImageException", "ImageErrors", "Caps", "WorkBudget"])
        {
            Never = new Dictionary<string, string[]>
            {
                ["Secrets"] = ["References"],
                // Reading knows nothing of what a build says.
                ["Layers"] = ["Secrets", "Instructions"],
                ["Sources"] = ["Secrets", "Instructions"],
                // Where bytes came from is not the merged view's business.
                ["FileSystem"] = ["Secrets", "Instructions", "Sources"],
                ["Packages"] = ["Secrets", "Instructions", "Sources"],
                ["Findings"] = ["Sources"],
                ["Dockerfiles"] = ["Sources"],
                ["Rewriting"] = ["Secrets", "Instructions", "Packages", "Bases", "Findings", "Dockerfiles"],
                ["Treemaps"] = ["Secrets", "Instructions", "Sources", "Bases", "Findings", "Dockerfiles", "Rewriting"],
            },
        },
        new(Product.Reporting, ["Wording", "Errors", "Rules", "Gates", "BillsOfMaterials", "Exports", "Answers"], []),
        new(
            Product.Data,
            ["Rows", "Configurations", "Layers", "Queue", "Stores", "Migrations"],
            ["InsightDbContext", "PostgresInsightDbContext", "SqliteInsightDbContext", "Contexts", "ByteCache`2",
                "TransactionRetry", "DatabaseAway"])
        {
            Never = new Dictionary<string, string[]>
            {
                ["Migrations"] = ["Configurations", "Layers", "Queue", "Stores"],
            },
        },
        new(
            Product.Web,
            [
                "Configuration", "Problems", "Access", "Spool", "Registries", "Pushes", "Viewing", "Orders", "Opening",
                "Reading", "Api", "Components",
            ],
            [])
        {
            Never = new Dictionary<string, string[]>
            {
                // The worker and what opens images know nothing of requests.
                ["Opening"] = ["Access"],
                ["Reading"] = ["Access"],
                ["Components"] = ["Api"],
            },
        },
    ];

    public string Name => Assembly.GetName().Name!;

    /// <summary>As the namespaces of its types say, whether or not there is a rule for them.</summary>
    public IEnumerable<string> Present => Assembly.GetTypes().Select(t => t.Namespace ?? "")
        .Where(n => n.StartsWith(Name + ".", StringComparison.Ordinal))
        .Select(n => n[(Name.Length + 1)..].Split('.')[0]).Distinct();

    /// <summary>Full names that types of a room may not use.</summary>
    public IEnumerable<string> ForbiddenTo(string room)
    {
        var above = Order.SkipWhile(r => r != room).Skip(1).Concat(Never.GetValueOrDefault(room) ?? []);
        var beside = Assembly.GetTypes()
            .Where(t => t.Namespace == Name && !t.IsNested && !Root.Contains(t.Name) && !t.Name.StartsWith('<'));
        return above.Select(r => $"{Name}.{r}").Concat(beside.Select(t => t.FullName!));
    }
}
