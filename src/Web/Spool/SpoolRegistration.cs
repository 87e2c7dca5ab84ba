namespace ImageInsight.Web.Spool;

internal static class SpoolRegistration
{
    public static IServiceCollection AddInsightSpool(this IServiceCollection services, bool sweep)
    {
        services.AddSingleton<SpoolFiles>().AddSingleton<SpoolSweep>().AddSingleton<SpoolSpace>();
        services.AddSingleton<SpoolFolder>().AddSingleton<SweepSignal>();
        services.AddSingleton<BodyCut>().AddSingleton<LongBody>();
        services.AddHealthChecks().AddCheck<SpoolCheck>("spool", tags: ["ready"]);
        return sweep ? services.AddHostedService<SpoolSweeper>() : services;
    }
}
