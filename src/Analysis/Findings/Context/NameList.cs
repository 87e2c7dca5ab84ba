using System.Collections;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Names of files and directories that a finding is about, sorted, each once, as many as anybody reads.
/// </summary>
internal sealed class NameList : IReadOnlyCollection<string>
{
    private const int Most = 1000;

    /// <summary>Of all names together: a name may be a path of 4,096.</summary>
    private const int MostCharacters = 64 << 10;

    private readonly SortedSet<string> names = new(StringComparer.Ordinal);
    private int characters;

    public int Count => names.Count;

    /// <summary>None was left out, so that a remedy can be about them.</summary>
    public bool IsWhole { get; private set; } = true;

    public void Add(string name)
    {
        if (names.Contains(name))
            return;
        if (names.Count == Most || characters + name.Length > MostCharacters)
        {
            IsWhole = false;
            return;
        }

        characters += name.Length;
        names.Add(name);
    }

    public IEnumerator<string> GetEnumerator() => names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => names.GetEnumerator();
}
