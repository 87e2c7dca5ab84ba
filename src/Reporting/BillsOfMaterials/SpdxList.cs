using System.Collections.Frozen;

namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>
/// The ids of SPDX's licence list 3.29, deprecated ones too, and of its exceptions (https://spdx.org/licenses/,
/// CC0-1.0): what CycloneDX 1.6's schema takes as an id. Read when the first bill is written.
/// </summary>
internal static class SpdxList
{
    private const string Exception = "WITH ";

    private static readonly Lazy<(FrozenDictionary<string, string> Licenses,
        FrozenDictionary<string, string> Exceptions)> Lists = new(Read);

    /// <summary>As the list writes it: SPDX compares without regard to case. Null when it is not there.</summary>
    public static string? License(string id) => Lists.Value.Licenses.GetValueOrDefault(id);

    public static string? ExceptionTo(string id) => Lists.Value.Exceptions.GetValueOrDefault(id);

    private static (FrozenDictionary<string, string>, FrozenDictionary<string, string>) Read()
    {
        using var reader = new StreamReader(typeof(SpdxList).Assembly.GetManifestResourceStream("spdx-licenses")!);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(l => l.StartsWith(Exception, StringComparison.Ordinal));
        return (
            lines[false].ToFrozenDictionary(l => l, StringComparer.OrdinalIgnoreCase),
            lines[true].Select(l => l[Exception.Length..])
                .ToFrozenDictionary(l => l, StringComparer.OrdinalIgnoreCase));
    }
}
