using System.Text.RegularExpressions;

namespace ImageInsight.Reporting.Wording;

/// <summary>A build instruction for people: content hashes, which nobody reads, are cut short.</summary>
public static partial class InstructionText
{
    public static string Show(string? instruction) => SafeText.Show(Hash().Replace(instruction ?? "", "$1…"));

    // Classic builder: ADD file:719e97a5023d1e70e199bde11ad0c876fe0bf303ed774fe6ca949d371986aaae in /
    [GeneratedRegex("((?:file|dir|multi|sha256):[0-9a-f]{8})[0-9a-f]{56}", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
