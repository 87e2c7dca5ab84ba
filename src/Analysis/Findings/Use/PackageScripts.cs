using System.Text.Json;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>The <c>scripts</c> of a package.json.</summary>
internal static class PackageScripts
{
    /// <returns>What runs for a name: before it, it, and after it. Null when the file cannot be read.</returns>
    public static IReadOnlyList<string>? Read(byte[] manifest, string name, WorkBudget work)
    {
        work.Spend(manifest.Length);
        var found = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(manifest);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("scripts", out var all)
                && all.ValueKind == JsonValueKind.Object)
                foreach (var script in (string[])["pre" + name, name, "post" + name])
                    if (all.TryGetProperty(script, out var text) && text.ValueKind == JsonValueKind.String)
                        found.Add(text.GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        return found;
    }
}
