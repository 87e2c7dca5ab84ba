using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>What keeps the code readable, where a compiler does not look.</summary>
public sealed class StyleTests
{
    private const int MaxColumns = 120;
    private const int MaxMethodLines = 60;
    private const int MaxParameters = 6;

    /// <summary>More is a room of its own.</summary>
    private const int MaxFilesInFolder = 20;

    [Fact]
    public void No_line_is_longer_than_120_columns()
    {
        var found = new List<string>();
        foreach (var file in Product.SourceFiles(".cs", ".razor", ".css", ".js", ".csproj"))
            foreach (var (line, number) in File.ReadAllText(file).Split('\n').Select((l, i) => (l, i + 1)))
                if (line.Length > MaxColumns)
                    found.Add($"{Short(file)}:{number} has {line.Length}");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void No_method_has_more_than_60_lines_or_six_parameters()
    {
        var found = new List<string>();
        foreach (var file in Product.SourceFiles(
            ".cs").Where(f => f.StartsWith(Product.SourceFolder, StringComparison.Ordinal)))
            foreach (var member in Parse(file).DescendantNodes())
                if (Measure(member) is { } method
                    && (method.Lines > MaxMethodLines || method.Parameters > MaxParameters))
                    found.Add($"{Short(file)}: {method.Name} has {method.Lines} lines and {method.Parameters} "
                        + "parameters");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void No_folder_holds_more_than_twenty_files()
    {
        var folders = Product.SourceFiles(".cs", ".razor")
            .Where(f => f.StartsWith(Product.SourceFolder, StringComparison.Ordinal))
            .GroupBy(f => Path.GetDirectoryName(f)!).Where(g => g.Count() > MaxFilesInFolder)
            .Select(g => $"{Short(g.Key)}: {g.Count()}");
        Assert.Empty(folders);
    }

    [Fact]
    public void The_library_names_no_setting_of_the_service()
    {
        var analysis = Path.Combine(Product.SourceFolder, "Analysis");
        Assert.Empty(Product.SourceFiles(".cs").Where(f => f.StartsWith(analysis, StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("Insight__", StringComparison.Ordinal)).Select(Short));
    }

    /// <summary>Positional records are data: their parameters are their properties.</summary>
    private static (string Name, int Lines, int Parameters)? Measure(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax m => (m.Identifier.Text, LinesOf(m), m.ParameterList.Parameters.Count),
        ConstructorDeclarationSyntax c => (c.Identifier.Text, LinesOf(c), c.ParameterList.Parameters.Count),
        LocalFunctionStatementSyntax f => (f.Identifier.Text, LinesOf(f), f.ParameterList.Parameters.Count),
        ClassDeclarationSyntax { ParameterList: { } p } c => (c.Identifier.Text, 0, p.Parameters.Count),
        StructDeclarationSyntax { ParameterList: { } p } s => (s.Identifier.Text, 0, p.Parameters.Count),
        _ => null,
    };

    private static SyntaxNode Parse(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file), cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken);

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string Short(string path) => Path.GetRelativePath(Product.Root, path);
}
