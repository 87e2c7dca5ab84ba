using ImageInsight.Analysis;
using ImageInsight.Data.Queue;

namespace ImageInsight.Web.Problems;

/// <summary>Every way in which a call of the API can fail that is not an image's or a registry's own fault.</summary>
internal static class ProblemKinds
{
    /// <summary>Of an upload that is dropped, and of the analysis that needs its bytes.</summary>
    public const string BytesGoneCode = "bytes-gone";

    /// <summary>Of a login for one pull alone.</summary>
    public const string CredentialGoneCode = "credential-gone";

    public const string CredentialUnreadableCode = "credential-unreadable";

    private const string CredentialNotFoundCode = "credential-not-found";

    // Any call.
    public static readonly ProblemKind BadRequest = new(400, "bad-request");
    public static readonly ProblemKind NulCharacter = new(400, "nul-character");
    public static readonly ProblemKind TokenRequired = new(401, "token-required");
    public static readonly ProblemKind ForeignOrigin = new(403, "foreign-origin");
    public static readonly ProblemKind NotFound = new(404, "not-found");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method-not-allowed");
    public static readonly ProblemKind BodyTooLarge = new(413, "body-too-large");
    public static readonly ProblemKind MediaTypeNotSupported = new(415, "media-type-not-supported");
    public static readonly ProblemKind HostNotAllowed = new(421, "host-not-allowed");
    public static readonly ProblemKind TooManyTries = new(429, "too-many-tries");
    public static readonly ProblemKind TooManyVisitors = new(429, "too-many-visitors");
    public static readonly ProblemKind ServiceError = new(500, AnalysisErrors.ServiceError);
    public static readonly ProblemKind DatabaseUnavailable = new(503, "database-unavailable");

    // Analyses.
    public static readonly ProblemKind BadState = new(400, "bad-state");
    public static readonly ProblemKind AnalysisNotFound = new(404, "analysis-not-found");
    public static readonly ProblemKind NotDone = new(409, "not-done");
    public static readonly ProblemKind WrongState = new(409, "wrong-state");
    public static readonly ProblemKind RetryBytesGone = new(409, BytesGoneCode);
    public static readonly ProblemKind RetryCredentialGone = new(409, CredentialGoneCode);

    // What was found in them.
    public static readonly ProblemKind BadAfter = new(400, "bad-after");
    public static readonly ProblemKind BadDepth = new(400, "bad-depth");
    public static readonly ProblemKind BadFormat = new(400, "bad-format");
    public static readonly ProblemKind BadMeasure = new(400, "bad-measure");
    public static readonly ProblemKind BadOf = new(400, "bad-of");
    public static readonly ProblemKind BadSort = new(400, "bad-sort");
    public static readonly ProblemKind BadTake = new(400, "bad-take");
    public static readonly ProblemKind BadVersion = new(400, "bad-version");
    public static readonly ProblemKind FindingsMissing = new(400, "findings-missing");
    public static readonly ProblemKind RepeatedParameter = new(400, "repeated-parameter");
    public static readonly ProblemKind UnknownParameter = new(400, "unknown-parameter");
    public static readonly ProblemKind BaselineNotFound = new(404, "baseline-not-found");
    public static readonly ProblemKind PathNotFound = new(404, "path-not-found");
    public static readonly ProblemKind BaselineNotDone = new(409, "baseline-not-done");
    public static readonly ProblemKind ContentUnknown = new(409, "content-unknown");
    public static readonly ProblemKind ImageMoved = new(410, "image-moved");
    public static readonly ProblemKind StoredLayerDamaged = new(503, "stored-layer-damaged");
    public static readonly ProblemKind FindingNotFound = new(422, "finding-not-found");

    /// <summary>The same where the finding is what the address names.</summary>
    public static readonly ProblemKind NoSuchFinding = new(404, "finding-not-found");
    public static readonly ProblemKind FindingNotSafe = new(422, "finding-not-safe");

    // Shares.
    public static readonly ProblemKind BadExpiry = new(400, "bad-expiry");
    public static readonly ProblemKind ShareNotFound = new(404, "share-not-found");

    // Uploads.
    public static readonly ProblemKind BadId = new(400, "bad-id");
    public static readonly ProblemKind FileMissing = new(400, "file-missing");
    public static readonly ProblemKind UploadEmpty = new(400, "upload-empty");
    public static readonly ProblemKind UploadIncomplete = new(400, AnalysisErrors.UploadIncomplete);
    public static readonly ProblemKind UploadCancelled = new(409, AnalysisErrors.Cancelled);
    public static readonly ProblemKind IdTaken = new(409, "id-taken");
    public static readonly ProblemKind UploadTooLarge = new(413, "upload-too-large");
    public static readonly ProblemKind ServiceStopping = new(503, "service-stopping");
    public static readonly ProblemKind DiskFull = new(507, "disk-full");

    // References, credentials and watches.
    public static readonly ProblemKind CredentialInvalid = new(400, "credential-invalid");
    public static readonly ProblemKind CredentialOfAnotherRegistry = new(400, "credential-of-another-registry");
    public static readonly ProblemKind NamedCredentialMissing = new(400, CredentialNotFoundCode);
    public static readonly ProblemKind PlatformInvalid = new(400, "platform-invalid");
    public static readonly ProblemKind ReferenceInvalid = new(400, ImageErrors.ReferenceInvalid);
    public static readonly ProblemKind WatchInvalid = new(400, "watch-invalid");
    public static readonly ProblemKind CredentialNotFound = new(404, CredentialNotFoundCode);
    public static readonly ProblemKind WatchNotFound = new(404, "watch-not-found");
    public static readonly ProblemKind WatchExists = new(409, "watch-exists");

    /// <summary>Common to all calls of the API.</summary>
    public static readonly ProblemKind[] OfAnyCall =
        [BadRequest, NulCharacter, TokenRequired, ForeignOrigin, HostNotAllowed, ServiceError, DatabaseUnavailable];
}
