namespace ImageInsight.Web.Pushes;

internal static class PushRegistration
{
    public static IServiceCollection AddInsightPushes(this IServiceCollection services) => services
        .AddSingleton<BlobUploads>().AddSingleton<BlobRequests>()
        .AddSingleton<ManifestPushes>().AddSingleton<ManifestRequests>();
}
