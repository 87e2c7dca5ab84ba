namespace ImageInsight.Data.Queue;

public enum HeartbeatAnswer
{
    Continue,

    /// <summary>Somebody asked to cancel it: stop and fail it with code <c>cancelled</c>.</summary>
    CancelRequested,

    /// <summary>Deleted, or another worker holds it: stop and write nothing.</summary>
    Lost,
}
