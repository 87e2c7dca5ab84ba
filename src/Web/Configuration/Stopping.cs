namespace ImageInsight.Web.Configuration;

/// <summary>How the program stops: all of it within ten seconds, as who started it expects.</summary>
internal static class Stopping
{
    /// <summary>What arrives may end by itself for so long; then it is cut.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>After that connections are closed whatever is going on in them.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(8);

    public static IServiceCollection AddInsightStopping(this IServiceCollection services) =>
        services.Configure<HostOptions>(o =>
        {
            o.ShutdownTimeout = MaxTime;
            // The worker gives its analysis back at once, not only when the last connection is closed.
            o.ServicesStopConcurrently = true;
        });
}
