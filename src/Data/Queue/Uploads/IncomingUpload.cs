namespace ImageInsight.Data.Queue.Uploads;

/// <summary>An analysis whose bytes still arrive, held by whoever receives them.</summary>
/// <param name="Token">Of the lease that is kept while they do.</param>
public sealed record IncomingUpload(Guid Id, string Name, Guid Token);
