namespace ImageInsight.Analysis;

/// <summary>The stable codes an <see cref="ImageException"/> can carry. They are part of the public API.</summary>
public static class ImageErrors
{
    public const string NotATar = "not-a-tar";
    public const string NotAnImage = "not-an-image";
    public const string ManifestInvalid = "manifest-invalid";
    public const string ManifestContradictory = "manifest-contradictory";
    public const string BlobMissing = "blob-missing";
    public const string DigestMismatch = "digest-mismatch";
    public const string Truncated = "truncated";
    public const string LayerInvalid = "layer-invalid";
    public const string Unsupported = "unsupported";
    public const string LimitExceeded = "limit-exceeded";
    public const string ReferenceInvalid = "reference-invalid";
    public const string ReferenceNotFound = "reference-not-found";
    public const string PlatformNotFound = "platform-not-found";
    public const string AddressBlocked = "address-blocked";
    public const string RegistryUnreachable = "registry-unreachable";
    public const string RegistryDenied = "registry-denied";
    public const string RegistryBusy = "registry-rate-limited";
    public const string RegistryError = "registry-error";
}
