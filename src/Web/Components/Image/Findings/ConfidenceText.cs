using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Components.Image.Findings;

/// <summary>How sure a finding is, as pages say it.</summary>
internal static class ConfidenceText
{
    public static string Label(Confidence confidence) => confidence switch
    {
        Confidence.Safe => "certain",
        Confidence.Probable => "likely",
        _ => "unsure",
    };

    public static string Meaning(Confidence confidence) => confidence switch
    {
        Confidence.Safe => "Can go for certain: no container can notice that these bytes are missing (safe in the API)",
        Confidence.Probable =>
            "Can very likely go: nearly no such image needs these bytes to run (probable in the API)",
        _ => "Unsure: it depends on what the image is used for; check before you remove it (maybe in the API)",
    };
}
