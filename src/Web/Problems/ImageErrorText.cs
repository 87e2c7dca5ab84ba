using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Reporting.Errors;

namespace ImageInsight.Web.Problems;

/// <summary>An error of an image or a registry, with the setting of this service that lets it pass.</summary>
internal static class ImageErrorText
{
    public static string Describe(ImageException error) => ErrorText.Describe(error, SettingFor);

    private static string SettingFor(string option) => option switch
    {
        nameof(RegistryOptions.Allow) => "Insight__Outbound__Allow",
        nameof(RegistryOptions.Insecure) => "Insight__Registries__Insecure",
        nameof(RegistryOptions.TokenHosts) => "Insight__Registries__TokenHosts",
        _ => "Insight__Limits__" + option,
    };
}
