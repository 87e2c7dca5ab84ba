namespace ImageInsight.Web.Spool;

internal static class SpoolRegistration
{
    public static IServiceCollection AddInsightSpool(this IServiceCollection services, bool sweep)
    {
        services.AddSingleton<SpoolFolder>().AddSingleton<SweepSignal>().AddSingleton<LongBody>();
        return sweep ? services.AddHostedService<SpoolSweeper>() : services;
    }
}
