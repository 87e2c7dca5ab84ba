namespace ImageInsight.Web.Components.Display;

/// <summary>How an image came here, in words.</summary>
public static class SourceText
{
    /// <summary>Before a time: pulled 2 minutes ago.</summary>
    public static string Arrived(string source) => source switch
    {
        "pull" => "pulled",
        "push" => "pushed",
        _ => "uploaded",
    };

    /// <summary>What to do to get it here once more.</summary>
    public static string Repeat(string source) => source switch
    {
        "pull" => "Pull it again",
        "push" => "Push it again",
        _ => "Upload it again",
    };
}
