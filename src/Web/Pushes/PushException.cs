using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Pushes;

/// <summary>A push that cannot be taken, with one of the specification's codes (<see cref="PushErrors"/>).</summary>
internal sealed class PushException(int status, string code, string detail)
    : ProblemException(new ProblemKind(status, code), detail)
{
    public static PushException NoBlob(string digest) => new(
        StatusCodes.Status404NotFound, PushErrors.BlobUnknown,
        $"The blob {digest} is not held here. What is pushed is kept for Insight__Spool__KeepHours after its last use, "
        + "and then only what was found in it.");

    public static PushException NoUpload() => new(
        StatusCodes.Status404NotFound, PushErrors.BlobUploadUnknown,
        "There is no such upload; it may have ended or been given up. Begin it again.");

    public static PushException BadDigest(string? digest) => new(
        StatusCodes.Status400BadRequest, PushErrors.DigestInvalid, $"'{digest}' is not a sha256 digest.");

    public static PushException BadPath(string path) => new(
        StatusCodes.Status404NotFound, PushErrors.NameInvalid,
        path.Length > 300
            ? "There is no such endpoint."
            : $"'{path}' names no blob, upload or manifest of a repository.");
}
