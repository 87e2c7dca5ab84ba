namespace ImageInsight.Analysis.FileSystem.Nodes;

internal static class SymbolicLinks
{
    /// <summary>Linux gives up after as many (ELOOP).</summary>
    public const int MaxHops = 40;
}
