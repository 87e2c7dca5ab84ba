using ImageInsight.Data.Queue;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Spool;

/// <summary>What people call the image they send; it is only ever shown.</summary>
internal static class UploadName
{
    private const int MaxLength = 255;

    /// <summary>The first that says something.</summary>
    public static string Choose(params string?[] candidates)
    {
        var name = candidates.FirstOrDefault(c => !string.IsNullOrWhiteSpace(c)) ?? AnalysisIntake.Unnamed;
        if (NulText.IsIn(name))
            throw new UploadException(ProblemKinds.NulCharacter, "The name has a NUL character in it.");
        name = new string([.. name.Where(c => !char.IsControl(c))]).Trim();
        if (name.Length > MaxLength)
            name = name[..MaxLength];
        return name.Length == 0 ? AnalysisIntake.Unnamed : name;
    }
}
