using System.Text;

namespace ImageInsight.Analysis.Packages.Dpkg;

/// <summary>
/// Debian's copyright files, where they are written for machines
/// (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/); the others are prose, which says nothing here.
/// </summary>
internal static class CopyrightFile
{
    /// <summary>Of a browser's, which has a thousand paragraphs; a bigger one is not looked at.</summary>
    public const int MaxBytes = 256 << 10;

    private const int MaxName = 80;

    private const int MaxLength = 300;

    // Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
    // Files: *
    // License: GPL-2+ or Artistic
    /// <returns>The names, each once, separated by "; "; null when it has none.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> file, WorkBudget work)
    {
        if (!file.StartsWith("Format:"u8) && !file.StartsWith("Format-Specification:"u8))
            return null;
        work.Spend(file.Length);
        var names = new List<byte[]>();
        var length = 0;
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range];
            if (!line.StartsWith("License:"u8))
                continue;
            var name = line["License:".Length..].Trim(" \t\r"u8);
            work.Spend(names.Count);
            if (name.Length is 0 or > MaxName || length + name.Length + 2 > MaxLength || Has(names, name))
                continue;
            names.Add(name.ToArray());
            length += name.Length + 2;
        }

        return names.Count == 0 ? null
            : Encoding.UTF8.GetBytes(string.Join("; ", names.Select(Encoding.UTF8.GetString)));
    }

    private static bool Has(List<byte[]> names, ReadOnlySpan<byte> name)
    {
        foreach (var known in names)
            if (name.SequenceEqual(known))
                return true;
        return false;
    }
}
