using ImageInsight.Data.Rows;

namespace ImageInsight.Web.Components.Display;

/// <summary>How an image came here, in words.</summary>
public static class SourceText
{
    /// <summary>Before a time: pulled 2 minutes ago.</summary>
    /// <param name="done">Else nothing may have been pulled.</param>
    public static string Arrived(ImageSource source, bool done) => source switch
    {
        ImageSource.Pull => done ? "pulled" : "requested",
        ImageSource.Push => "pushed",
        _ => "uploaded",
    };

    /// <summary>What to do to get it here once more.</summary>
    public static string Repeat(ImageSource source) => source switch
    {
        ImageSource.Pull => "Pull it again",
        ImageSource.Push => "Push it again",
        _ => "Upload it again",
    };
}
