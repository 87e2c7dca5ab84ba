using System.Globalization;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api.Queries;

/// <summary>
/// Where a page begins in a list that does not change: <c>after</c> is what the page before answered.
/// </summary>
internal static class PageStart
{
    /// <returns>How many come before.</returns>
    public static int Parse(string? after) => after is null
        ? 0
        : int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var skip)
            ? skip
            : throw ProblemKinds.BadAfter.Because("after must be what the page before answered.");

    /// <returns>The next page's <c>after</c>; null at the end.</returns>
    public static string? Next(int skip, int count, int total) => (long)skip + count < total
        ? (skip + count).ToString(CultureInfo.InvariantCulture)
        : null;
}
