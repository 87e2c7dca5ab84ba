using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>Pulls as the service does, from registries on loopback.</summary>
internal static class RegistryCase
{
    public static RegistryOptions Options(params string[] allow) => new()
    {
        Allow = new HostList(allow.Length == 0 ? ["127.0.0.0/8"] : allow),
        Insecure = new HostList(["127.0.0.0/8", "localhost"]),
        RetryDelay = TimeSpan.FromMilliseconds(10),
        AnswerTimeout = TimeSpan.FromSeconds(10),
        StallTimeout = TimeSpan.FromSeconds(10),
    };

    public static async Task<ImageAnalysis> PullAsync(
        string reference, RegistryCredential? credential = null, RegistryOptions? options = null,
        AnalysisOptions? limits = null, string? platform = null)
    {
        limits ??= new AnalysisOptions();
        using var http = new RegistryHttp(options ?? Options(), TimeProvider.System);
        using var source = await OpenAsync(http, reference, credential, limits);
        var candidate = source.Choose(
            platform is null ? null : Platform.TryParse(platform, out var p) ? p : throw new FormatException(platform));
        var image = await source.ReadAsync(candidate, TestContext.Current.CancellationToken);
        return await new ImageAnalyzer(limits).AnalyzeAsync(source, image, null, TestContext.Current.CancellationToken);
    }

    public static Task<ReferenceSource> OpenAsync(
        RegistryHttp http, string reference, RegistryCredential? credential = null, AnalysisOptions? limits = null) =>
        ReferenceSource.OpenAsync(
            http, ImageReference.TryParse(reference, out var parsed, out var error) ? parsed
                : throw new FormatException(error), credential,
            limits ?? new AnalysisOptions(), TestContext.Current.CancellationToken);

    public static Task<ImageException> FailsAsync(
        string reference, RegistryCredential? credential = null, RegistryOptions? options = null,
        string? platform = null) =>
        Assert.ThrowsAsync<ImageException>(() => PullAsync(reference, credential, options, platform: platform));
}
