namespace ImageInsight.Web.Viewing;

internal static class ViewingRegistration
{
    public static IServiceCollection AddInsightViewing(this IServiceCollection services) => services
        .AddSingleton<TreeCache>()
        .AddSingleton<DockerfileCache>()
        .AddSingleton<Handover>()
        .AddSingleton<AnalysisViewer>()
        .AddScoped<PageRecord>();
}
