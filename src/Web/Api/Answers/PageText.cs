namespace ImageInsight.Web.Api.Answers;

/// <summary>
/// Cuts a page where it would become too long to be answered: by its text, which an image may make as long as it likes.
/// </summary>
internal static class PageText
{
    /// <summary>Characters of a page, as JSON: it is held while it is sent.</summary>
    private const int Most = 8_000_000;

    /// <summary>Figures and names of fields that stand around a text.</summary>
    private const int Around = 150;

    /// <param name="lengthOf">See <see cref="Reporting.Answers.JsonLength"/>.</param>
    /// <returns>One at least, when there is one; and whether more are left.</returns>
    public static (List<T> Page, bool More) Cut<T>(IEnumerable<T> items, int take, Func<T, int> lengthOf)
    {
        var page = new List<T>();
        var room = Most;
        foreach (var item in items)
        {
            room -= Around + lengthOf(item);
            if (page.Count == take || (room < 0 && page.Count > 0))
                return (page, true);
            page.Add(item);
        }

        return (page, false);
    }
}
