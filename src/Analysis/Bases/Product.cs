using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Bases;

/// <summary>A language or server that official images are made for.</summary>
/// <param name="Variable">The ENV that states its version.</param>
/// <param name="Companion">Another ENV that its official image sets and that other Dockerfiles do not.</param>
/// <param name="Repositories">Last parts of repositories that bring it.</param>
/// <param name="VersionParts">How many parts of the version make a series.</param>
internal sealed record Product(
    string Id, string Title, string Variable, string Companion, int VersionParts, params string[] Repositories)
{
    public static readonly Product[] All =
    [
        new("node", "Node.js", "NODE_VERSION", "YARN_VERSION", 1, "node"),
        new("python", "Python", "PYTHON_VERSION", "GPG_KEY", 2, "python"),
        new("golang", "Go", "GOLANG_VERSION", "GOTOOLCHAIN", 2, "golang"),
        new("java", "Java", "JAVA_VERSION", "JAVA_HOME", 1, "eclipse-temurin", "openjdk", "amazoncorretto",
            "ibm-semeru-runtimes"),
        new("ruby", "Ruby", "RUBY_VERSION", "RUBY_DOWNLOAD_SHA256", 2, "ruby"),
        new("php", "PHP", "PHP_VERSION", "PHPIZE_DEPS", 2, "php"),
        new("rust", "Rust", "RUST_VERSION", "RUSTUP_HOME", 2, "rust"),
        new("dotnet", ".NET", "DOTNET_VERSION", "DOTNET_RUNNING_IN_CONTAINER", 2, "runtime", "aspnet", "sdk"),
        new("nginx", "nginx", "NGINX_VERSION", "PKG_RELEASE", 2, "nginx", "nginx-unprivileged"),
        new("postgres", "PostgreSQL", "PG_VERSION", "PG_MAJOR", 1, "postgres"),
    ];

    private const int MaxVersion = 40;

    /// <summary>node-20, golang-1.22.</summary>
    public string FamilyOf(string version) =>
        Id + "-"
            + string.Join('.', version.TrimStart('v', 'j', 'd', 'k', '-').Split('.', '+', '-', '_', '~')
                .Take(VersionParts));

    /// <summary>The version that a line of the history sets, or null.</summary>
    public string? VersionIn(HistoryEntry line) => ValueIn(line, Variable);


    // Docker: ENV NODE_VERSION=20.11.1       the old form: ENV NODE_VERSION 20.11.1
    private static string? ValueIn(HistoryEntry line, string variable) => ValueIn(WordsOf(line), variable);

    private static string? ValueIn(string[] words, string variable)
    {
        foreach (var word in words.AsSpan(Math.Min(1, words.Length)))
            if (word.StartsWith(variable, StringComparison.Ordinal) && word.Length > variable.Length
                && word[variable.Length] == '=')
                return Short(word[(variable.Length + 1)..]);
        return words is [_, var name, var value, ..] && name == variable ? Short(value) : null;
    }

    /// <summary>Empty for a line that sets no variable.</summary>
    private static string[] WordsOf(HistoryEntry line) =>
        line.Instruction.StartsWith("ENV ", StringComparison.OrdinalIgnoreCase)
            ? line.Instruction.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>The product that a line of the history sets the version of, the first of them.</summary>
    public static (Product Product, string Version)? In(HistoryEntry line)
    {
        if (WordsOf(line) is not { Length: > 0 } words)
            return null;
        foreach (var product in All)
            if (ValueIn(words, product.Variable) is { } version)
                return (product, version);
        return null;
    }

    private static string? Short(string value) =>
        value.Trim('"', '\'') is { Length: > 0 and <= MaxVersion } text ? text : null;

    /// <summary>Looks for both variables of a product on the lines of a history.</summary>
    internal sealed class VariablePairs
    {
        private readonly bool[] versions = new bool[All.Length];
        private readonly bool[] companions = new bool[All.Length];

        /// <summary>True when this line sets one of the two and the other is set by now.</summary>
        public bool Completes(HistoryEntry line)
        {
            var complete = false;
            if (WordsOf(line) is not { Length: > 0 } words)
                return false;
            for (var i = 0; i < All.Length; i++)
            {
                var (version, companion) =
                    (ValueIn(words, All[i].Variable) is not null, ValueIn(words, All[i].Companion) is not null);
                versions[i] |= version;
                companions[i] |= companion;
                complete |= (version || companion) && versions[i] && companions[i];
            }

            return complete;
        }
    }
}
