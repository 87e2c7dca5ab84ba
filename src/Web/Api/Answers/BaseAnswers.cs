using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Reporting.Answers;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Leaner">Images of the same family that were analysed here and are smaller than this base, the smallest
/// first.</param>
public sealed record BasePageAnswer(BaseAnswer Base, IReadOnlyList<LeanerAnswer> Leaner);

/// <param name="Id">Its analysis.</param>
/// <param name="SavedDiskBytes">The bytes of the image's own base minus those of this one.</param>
public sealed record LeanerAnswer(
    Guid Id, string Url, string Name, long DiskBytes, long PullBytes, bool PullEstimated, long SavedDiskBytes,
    long SavedPullBytes);
