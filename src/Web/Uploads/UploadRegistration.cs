namespace ImageInsight.Web.Uploads;

internal static class UploadRegistration
{
    public static IServiceCollection AddInsightUploads(this IServiceCollection services, bool sweep)
    {
        services.AddSingleton<Spool>().AddSingleton<SweepSignal>();
        return sweep ? services.AddHostedService<SpoolSweeper>() : services;
    }
}
