namespace ImageInsight.Web.Orders;

internal static class OrderRegistration
{
    public static IServiceCollection AddInsightOrders(this IServiceCollection services, bool watch)
    {
        services.AddSingleton<Pulls>().AddSingleton<Watches>().AddSingleton<Deletion>();
        return watch ? services.AddHostedService<Watcher>() : services;
    }
}
