namespace ImageInsight.Web.Spool;

internal static class UploadRegistration
{
    public static IServiceCollection AddInsightUploads(this IServiceCollection services, bool sweep)
    {
        services.AddSingleton<SpoolFolder>().AddSingleton<SweepSignal>();
        return sweep ? services.AddHostedService<SpoolSweeper>() : services;
    }
}
