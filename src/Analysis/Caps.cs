using System.Globalization;

namespace ImageInsight.Analysis;

/// <summary>What is said when a cap is reached: what was too much, and which option bounds it.</summary>
internal static class Caps
{
    /// <param name="what">A clause: "the layer has more than 10 entries".</param>
    /// <param name="option">The property of <see cref="AnalysisOptions"/>.</param>
    public static ImageException Exceeded(FormattableString what, string option) =>
        new(ImageErrors.LimitExceeded, $"{what.ToString(CultureInfo.InvariantCulture)}.") { Option = option };
}
