using System.Numerics;

namespace ImageInsight.Analysis.FileSystem.Merge;

internal static class TableSize
{
    /// <summary>Slots of an open-addressed table that stays at most half full; a power of two.</summary>
    public static int For(int items) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, items) * 2);
}
