using System.Text.Json;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>npm's hidden lock file, read as it stands: a document of 64 MB would take ten times as much.</summary>
internal static class NpmLock
{
    private static readonly JsonReaderOptions Options =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    // "packages": { "node_modules/typescript": { "version": "5.4.5", "dev": true } }
    /// <returns>Of packages that only development needs; null when the file is no JSON.</returns>
    public static List<string>? DevelopmentFolders(byte[] bytes, WorkBudget work)
    {
        work.Spend(bytes.Length);
        var body = bytes.AsSpan();
        var reader = new Utf8JsonReader(body.StartsWith("\uFEFF"u8) ? body[3..] : body, Options);
        try
        {
            var found = new List<string>();
            var inPackages = false;
            var package = reader;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.CurrentDepth == 1)
                    inPackages = reader.ValueTextEquals("packages"u8);
                else if (reader.CurrentDepth == 2 && inPackages)
                    package = reader;
                else if (reader.CurrentDepth == 3 && inPackages && reader.ValueTextEquals("dev"u8) && reader.Read()
                    && reader.TokenType == JsonTokenType.True && found.Count < PackageClaim.MostNames)
                    found.Add(Text(package));
            }

            return found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(Utf8JsonReader name)
    {
        try
        {
            return name.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return "";
        }
    }
}
