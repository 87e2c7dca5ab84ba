using System.Globalization;

namespace ImageInsight.Reporting.Gates;

/// <summary>The most that a figure may be: bytes, or a share of another figure.</summary>
public readonly record struct Limit(long Bytes, decimal? Percent = null)
{
    /// <summary>Far above any share that is meant, and far below what a decimal holds.</summary>
    private const decimal MostPercent = 1_000_000;

    /// <summary>No number of bytes is longer; the parser sees no more.</summary>
    private const int LongestText = 32;

    // kB and MB as Docker prints them. A bare M is a megabyte to some and a mebibyte to docker run --memory: it is not
    // guessed.
    private static readonly (string Unit, decimal Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1e3m), ("MB", 1e6m), ("GB", 1e9m), ("TB", 1e12m), ("B", 1),
    ];

    /// <summary>The limit where <paramref name="whole"/> is what a share is of.</summary>
    public decimal InBytes(long whole) => Percent is { } percent ? whole * percent / 100 : Bytes;

    /// <summary>500000000, 500MB, 1.5 GB, 512MiB; 2% where a share means something.</summary>
    public static bool TryParse(string text, bool share, out Limit limit)
    {
        limit = default;
        var number = text.Trim();
        if (number.Length is 0 or > LongestText)
            return false;
        if (number[^1] == '%')
        {
            if (!share || !TryNumber(number[..^1], out var percent) || percent > MostPercent)
                return false;
            limit = new Limit(0, percent);
            return true;
        }

        var factor = 1m;
        foreach (var (unit, bytes) in Units)
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                (number, factor) = (number[..^unit.Length], bytes);
                break;
            }

        // 32 digits and a factor of 10^12 would be more than a decimal holds.
        if (!TryNumber(number, out var value) || value > long.MaxValue || value * factor > long.MaxValue)
            return false;
        limit = new Limit((long)(value * factor));
        return true;
    }

    internal static bool TryNumber(string text, out decimal value) =>
        decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
