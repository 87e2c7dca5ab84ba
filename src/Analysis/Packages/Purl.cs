using System.Text;

namespace ImageInsight.Analysis.Packages;

/// <summary>Writes package URLs (https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst).</summary>
internal static class Purl
{
    private const int MaxQualifier = 1000;

    private const string Hex = "0123456789ABCDEF";

    /// <param name="path">Namespace and name, each segment as it is.</param>
    /// <param name="qualifiers">Empty values are left out, and such as no package has.</param>
    public static string Format(
        string type, IEnumerable<string> path, string version, params (string Key, string? Value)[] qualifiers)
    {
        var purl = new StringBuilder("pkg:").Append(type);
        foreach (var segment in path.Where(s => s.Length > 0))
            Encode(purl.Append('/'), segment);
        if (version.Length > 0)
            Encode(purl.Append('@'), version);
        var separator = '?';
        foreach (var (key, value) in qualifiers.Where(q => q.Value is { Length: > 0 and <= MaxQualifier })
            .OrderBy(q => q.Key, StringComparer.Ordinal))
        {
            Encode(purl.Append(separator).Append(key).Append('='), value!);
            separator = '&';
        }

        return purl.ToString();
    }

    private static void Encode(StringBuilder purl, string text)
    {
        foreach (var b in Encoding.UTF8.GetBytes(text))
            if (char.IsAsciiLetterOrDigit((char)b) || ".-_~:"u8.Contains(b))
                purl.Append((char)b);
            else
                purl.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
    }
}
