using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImageInsight.Data.Stores;

/// <summary>Where a page of the list of analyses ended: the next one begins with the one before it in time.</summary>
public sealed record AnalysisCursor(DateTime CreatedAt, Guid Id)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out AnalysisCursor? cursor)
    {
        cursor = null;
        if (text.Split('_') is not [var ticksText, var idText] || !Guid.TryParseExact(idText, "N", out var id)
            || !long.TryParse(ticksText, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTime.MaxValue.Ticks)
            return false;
        cursor = new AnalysisCursor(new DateTime(ticks, DateTimeKind.Utc), id);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedAt.Ticks}_{Id:N}");
}
