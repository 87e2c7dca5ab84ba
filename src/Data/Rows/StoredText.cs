namespace ImageInsight.Data.Rows;

/// <summary>
/// Text that came with an image, made fit to store: Postgres takes no NUL, and nothing has a length of its own.
/// </summary>
internal static class StoredText
{
    public static string Fit(string text, int maxLength = 32_000)
    {
        text = text.Replace('\0', '\uFFFD');
        if (text.Length > maxLength)
            text = string.Concat(text.AsSpan(0, maxLength - 1), "…");
        // Half a surrogate pair is not UTF-8.
        return char.IsHighSurrogate(text.Length > 1 ? text[^2] : ' ') && text[^1] == '…' ? text[..^2] + "…" : text;
    }
}
