namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>
/// Small archives that stand for reports of users of such tools. They are not part of this repository.
/// </summary>
internal static class CaseFolder
{
    public static Task<ImageAnalysis> AnalyzeAsync(string name)
    {
        var path = Find(name);
        Assert.SkipWhen(path is null, "../shared/cases is not here.");
        return Images.AnalyzeFileAsync(path!);
    }

    private static string? Find(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "cases", name + ".tar") is var path && File.Exists(path))
                return path;
        return null;
    }
}
