using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Pushes;

/// <summary>
/// Errors in the form of the distribution specification, with its codes
/// (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes). What is no error of a push
/// keeps its own code in the detail.
/// </summary>
internal sealed class PushErrors : IErrorForm
{
    public const string BlobUnknown = "BLOB_UNKNOWN";
    public const string BlobUploadInvalid = "BLOB_UPLOAD_INVALID";
    public const string BlobUploadUnknown = "BLOB_UPLOAD_UNKNOWN";
    public const string DigestInvalid = "DIGEST_INVALID";
    public const string ManifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN";
    public const string ManifestInvalid = "MANIFEST_INVALID";
    public const string ManifestUnknown = "MANIFEST_UNKNOWN";
    public const string NameInvalid = "NAME_INVALID";
    public const string SizeInvalid = "SIZE_INVALID";
    public const string TooManyRequests = "TOOMANYREQUESTS";
    public const string TagInvalid = "TAG_INVALID";
    public const string Unauthorized = "UNAUTHORIZED";
    public const string Unsupported = "UNSUPPORTED";

    // Not in the specification; Docker's own registry says them.
    private const string Unavailable = "UNAVAILABLE";
    private const string Unknown = "UNKNOWN";

    public static IResult Answer(int status, string code, string message, string? detail = null) => Results.Json(
        new { errors = new[] { new { code, message, detail } } }, statusCode: status);

    public Task WriteAsync(HttpContext context, ProblemKind kind, string detail)
    {
        var code = CodeOf(kind);
        return Answer(kind.Status, code, detail, code == kind.Code ? null : kind.Code).ExecuteAsync(context);
    }

    /// <summary>Those of a push are in capitals already.</summary>
    private static string CodeOf(ProblemKind kind) =>
        char.IsAsciiLetterUpper(kind.Code[0]) ? kind.Code
        : kind == ProblemKinds.UploadTooLarge || kind == ProblemKinds.DiskFull ? SizeInvalid
        : kind == ProblemKinds.DatabaseUnavailable || kind == ProblemKinds.ServiceStopping ? Unavailable
        : kind == ProblemKinds.TokenRequired ? Unauthorized
        : kind == ProblemKinds.NulCharacter ? NameInvalid
        : Unknown;
}
