namespace ImageInsight.Web.Problems;

/// <summary>
/// A NUL character is in no name and no path, and Postgres takes none: such a request is refused before anything is
/// asked.
/// </summary>
internal static class NulText
{
    public static void RefuseNulCharacters(this WebApplication app) => app.Use((context, next) =>
    {
        // Kestrel itself refuses one in the path.
        if (context.Request.Query.Any(p => IsIn(p.Key) || p.Value.Any(IsIn)))
            throw ProblemKinds.NulCharacter.Because("The address has a NUL character (%00) in it.");
        return next(context);
    });

    public static bool IsIn(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;
}
