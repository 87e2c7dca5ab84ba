namespace ImageInsight.Data.Queue;

public sealed class QueueOptions
{
    /// <summary>A worker that has not been heard of for so long is taken for dead.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After so many workers died over it, an analysis is failed instead of tried again.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Wait before the second attempt; doubled for each further one.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromSeconds(2);
}
