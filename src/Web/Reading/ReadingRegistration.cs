using ImageInsight.Web.Pushes;
using ImageInsight.Web.Reading.OnArrival;

namespace ImageInsight.Web.Reading;

internal static class ReadingRegistration
{
    /// <param name="work">This process takes analyses from the queue.</param>
    public static IServiceCollection AddInsightReading(this IServiceCollection services, bool work)
    {
        services.AddSingleton<Arrivals>().AddHostedService(s => s.GetRequiredService<Arrivals>());
        services.AddSingleton<EarlierReadings>().AddSingleton<BlobArrivals>()
            .AddSingleton<IBlobListener>(s => s.GetRequiredService<BlobArrivals>());
        return work ? services.AddSingleton<WorkingMemory>().AddHostedService<AnalysisWorker>() : services;
    }
}
