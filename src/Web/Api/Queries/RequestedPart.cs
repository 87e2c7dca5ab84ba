using ImageInsight.Analysis.Findings;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api.Queries;

/// <summary>The part of an image that <c>of</c> asks for.</summary>
internal static class RequestedPart
{
    public static ImagePart Parse(string of) =>
        ImageParts.TryParse(of, out var part)
            ? part
            : throw ProblemKinds.BadOf.Because("of must be all, base or yours.");
}
