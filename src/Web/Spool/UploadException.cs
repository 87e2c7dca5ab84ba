using System.Globalization;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Spool;

/// <summary>An upload that cannot be taken.</summary>
internal sealed class UploadException(ProblemKind kind, string detail, Exception? inner = null)
    : ProblemException(kind, detail, inner)
{
    public static UploadException TooLarge(long max) => new(
        ProblemKinds.UploadTooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The upload is larger than the {max} bytes that this service takes (Insight__Upload__MaxBytes)."));

    public static UploadException Cancelled() => new(
        ProblemKinds.UploadCancelled, "The upload was cancelled while it arrived; nothing of it was kept.");

    public static UploadException Deleted() => new(
        ProblemKinds.UploadCancelled,
        "The analysis of this upload was deleted while it arrived; nothing of it was kept.");

    public static UploadException Incomplete(Exception inner) => new(
        ProblemKinds.UploadIncomplete, "The upload broke off before its end; nothing of it was kept. Send it again.",
        inner);
}
