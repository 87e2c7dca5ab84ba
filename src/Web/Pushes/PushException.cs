namespace ImageInsight.Web.Pushes;

/// <summary>An error in the form that the distribution specification gives to its clients.</summary>
/// <param name="code">One of the specification's error codes.</param>
internal sealed class PushException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static PushException NoBlob(string digest) => new(
        StatusCodes.Status404NotFound, "BLOB_UNKNOWN",
        $"The blob {digest} is not held here. What is pushed is kept for Insight__Spool__KeepHours after its last use, and then only what was found in it.");

    public static PushException NoUpload() => new(
        StatusCodes.Status404NotFound, "BLOB_UPLOAD_UNKNOWN", "There is no such upload; it may have ended or been given up. Begin it again.");

    public static PushException BadDigest(string? digest) => new(
        StatusCodes.Status400BadRequest, "DIGEST_INVALID", $"'{digest}' is not a sha256 digest.");
}
