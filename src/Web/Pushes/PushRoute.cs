using System.Text.RegularExpressions;
using ImageInsight.Analysis.References;

namespace ImageInsight.Web.Pushes;

internal enum PushTarget
{
    Unknown,
    Blob,
    NewUpload,
    Upload,
    Manifest,
}

/// <summary>What a path below /v2/ names. Repositories have slashes, so no route template tells it.</summary>
/// <param name="Name">The digest, the upload, or the tag or digest of a manifest.</param>
internal sealed partial record PushRoute(PushTarget Target, string Repository, string Name)
{
    public static PushRoute Parse(string path)
    {
        var match = Shape().Match(path);
        if (!match.Success
            || !ImageReference.TryParse("push.invalid/" + match.Groups["repository"].Value, out var reference, out _))
            return new PushRoute(PushTarget.Unknown, "", "");
        var repository = reference.Repository;
        if (match.Groups["digest"] is { Success: true } digest)
            return new PushRoute(PushTarget.Blob, repository, digest.Value);
        if (match.Groups["upload"] is { Success: true } upload)
            return new PushRoute(
                upload.Length == 0 ? PushTarget.NewUpload : PushTarget.Upload, repository, upload.Value);
        return new PushRoute(PushTarget.Manifest, repository, match.Groups["reference"].Value);
    }

    [GeneratedRegex(
        "^(?<repository>[a-z0-9._/-]{1,255})/(?:blobs/(?<digest>[^/]+)|blobs/uploads/(?<upload>[0-9a-f]{0,"
            + "32})|manifests/(?<reference>[^/]+))\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
