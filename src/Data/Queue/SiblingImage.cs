namespace ImageInsight.Data.Queue;

/// <param name="Key">SourceImage.Key.</param>
/// <param name="Name">What the list shows: a tag or the upload's name, and the platform.</param>
/// <param name="ListedIn">Of a reference: digest of the index that lists it, which also has what is said about
/// it.</param>
/// <param name="ErrorCode">Set when it is known to be unusable: it becomes a failed sibling.</param>
public sealed record SiblingImage(
    string Key, string Name, string? ErrorCode = null, string? ErrorDetail = null, string? ListedIn = null);
