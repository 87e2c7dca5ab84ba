using System.Globalization;

namespace ImageInsight.Web.Components.Display;

/// <summary>Points in time, for people.</summary>
public static class TimeText
{
    public static string Ago(DateTime time, DateTime now)
    {
        var past = now - time;
        return past.TotalSeconds < 45 ? "just now"
            : past.TotalMinutes < 60 ? Plural((int)Math.Round(past.TotalMinutes), "minute")
            : past.TotalHours < 24 ? Plural((int)Math.Round(past.TotalHours), "hour")
            : past.TotalDays < 30 ? Plural((int)Math.Round(past.TotalDays), "day")
            : time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    public static string Exact(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Minute(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Plural(int count, string unit)
    {
        count = Math.Max(1, count);
        return string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")} ago");
    }
}
