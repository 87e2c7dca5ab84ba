namespace ImageInsight.Web.Spool;

/// <summary>What people call the image they send; it is only ever shown.</summary>
internal static class UploadName
{
    private const int MaxLength = 255;

    public static string Of(params string?[] candidates)
    {
        var name = candidates.FirstOrDefault(c => !string.IsNullOrWhiteSpace(c)) ?? "image";
        name = new string([.. name.Where(c => !char.IsControl(c))]).Trim();
        if (name.Length > MaxLength)
            name = name[..MaxLength];
        return name.Length == 0 ? "image" : name;
    }
}
