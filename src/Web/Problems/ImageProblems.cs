using ImageInsight.Analysis;

namespace ImageInsight.Web.Problems;

/// <summary>The status that goes with an <see cref="ImageException"/> when a call has to be answered with it.</summary>
internal static class ImageProblems
{
    /// <summary>
    /// What opening an image at its registry can come to; what is not listed is the image's own fault.
    /// </summary>
    public static readonly ProblemKind[] OfRegistries =
    [
        new(StatusCodes.Status404NotFound, ImageErrors.ReferenceNotFound),
        new(StatusCodes.Status403Forbidden, ImageErrors.RegistryDenied),
        new(StatusCodes.Status403Forbidden, ImageErrors.AddressBlocked),
        new(StatusCodes.Status410Gone, ImageErrors.BlobMissing),
        new(StatusCodes.Status422UnprocessableEntity, ImageErrors.ManifestInvalid),
        new(StatusCodes.Status422UnprocessableEntity, ImageErrors.Unsupported),
        new(StatusCodes.Status422UnprocessableEntity, ImageErrors.LimitExceeded),
        new(StatusCodes.Status422UnprocessableEntity, ImageErrors.DigestMismatch),
        new(StatusCodes.Status500InternalServerError, ProblemKinds.CredentialUnreadableCode),
        new(StatusCodes.Status502BadGateway, ImageErrors.RegistryUnreachable),
        new(StatusCodes.Status502BadGateway, ImageErrors.RegistryError),
        new(StatusCodes.Status503ServiceUnavailable, ImageErrors.RegistryBusy),
    ];

    /// <summary>And what is no longer kept here.</summary>
    public static readonly ProblemKind[] OfOrigins =
    [
        .. OfRegistries,
        new(StatusCodes.Status410Gone, ProblemKinds.BytesGoneCode),
        new(StatusCodes.Status410Gone, ProblemKinds.CredentialGoneCode),
    ];

    public static ProblemKind KindOf(string code) =>
        Array.Find(OfOrigins, k => k.Code == code) ?? new(StatusCodes.Status422UnprocessableEntity, code);
}
