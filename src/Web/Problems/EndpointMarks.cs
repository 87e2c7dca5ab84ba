namespace ImageInsight.Web.Problems;

/// <summary>Endpoint metadata: what an endpoint is decides who may ask and how errors are
/// said, never how its path is spelled.</summary>
internal static class EndpointMarks
{
    /// <summary>Answers with a page for people: without the token it leads to the sign-in page.</summary>
    public sealed class Page
    {
        public static Page Mark { get; } = new();
    }

    /// <summary>
    /// Opens or serves an interactive circuit; what the circuit may show is decided by the grant it holds.
    /// </summary>
    public sealed class Circuit
    {
        public static Circuit Mark { get; } = new();
    }

    /// <summary>Answers to any host name: whoever watches a service asks by whatever address it has.</summary>
    public sealed class AnyHost
    {
        public static AnyHost Mark { get; } = new();
    }

    public static bool Has<T>(HttpContext context)
        where T : class => context.GetEndpoint()?.Metadata.GetMetadata<T>() is not null;
}
