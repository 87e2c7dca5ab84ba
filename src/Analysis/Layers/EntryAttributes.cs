namespace ImageInsight.Analysis.Layers;

/// <summary>What most entries of a layer have in common with others: kept once for each combination.</summary>
internal readonly record struct EntryAttributes(
    EntryKind Kind, int Mode, long Uid, long Gid, ulong XattrHash, int DeviceMajor, int DeviceMinor);
