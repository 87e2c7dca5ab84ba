namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>What the size of a node means.</summary>
public enum Measure : byte
{
    Disk = 0,
    Pull = 1,
    Wasted = 2,
    Files = 3,
}
