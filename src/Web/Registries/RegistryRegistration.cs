using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Orders;

namespace ImageInsight.Web.Registries;

internal static class RegistryRegistration
{
    public static IServiceCollection AddInsightRegistries(this IServiceCollection services, InsightSettings settings, bool watch)
    {
        services.AddSingleton(s => new RegistryHttp(settings.Registries, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CredentialVault>().AddSingleton<Pulls>().AddSingleton<Watches>().AddSingleton<CredentialKeeper>();
        return watch ? services.AddHostedService<Watcher>() : services;
    }
}
