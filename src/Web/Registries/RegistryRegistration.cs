using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Registries;

internal static class RegistryRegistration
{
    public static IServiceCollection AddInsightRegistries(this IServiceCollection services, InsightSettings settings) =>
        services.AddSingleton(s => new RegistryHttp(settings.Registries, s.GetRequiredService<TimeProvider>()))
        .AddSingleton<CredentialVault>().AddSingleton<CredentialKeeper>();
}
