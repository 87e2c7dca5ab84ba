using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Reporting.Errors;

/// <summary>An error of the library in words: what is wrong, and what lets it pass where something does.</summary>
public static class ErrorText
{
    /// <param name="setting">What an option is called where the text is read: a setting of the service, an argument of
    /// the terminal.</param>
    public static string Describe(ImageException error, Func<string, string> setting) =>
        error.Option is not { } option ? error.Message : $"{error.Message} {Advice(option, setting(option))}";

    private static string Advice(string option, string setting) => option switch
    {
        nameof(RegistryOptions.Allow) => $"Whoever runs this server can allow it in {setting}.",
        nameof(RegistryOptions.Insecure) => $"If the host is trusted, list it in {setting}.",
        nameof(RegistryOptions.TokenHosts) => $"If that is right, list the host in {setting}.",
        _ => $"Raise {setting} if this is expected.",
    };
}
