namespace ImageInsight.Data.Queue;

/// <summary>Codes of analyses that failed by no fault of their image; Analysis has those of images.</summary>
public static class AnalysisErrors
{
    public const string Cancelled = "cancelled";

    /// <summary>Its bytes did not all arrive; none of them are kept.</summary>
    public const string UploadIncomplete = "upload-incomplete";

    /// <summary>Its leases ended unattended too often.</summary>
    public const string WorkerDied = "worker-died";

    /// <summary>Something of the service's own failed too often.</summary>
    public const string ServiceError = "service-error";
}
