namespace ImageInsight.Analysis.Layers;

/// <summary>The names of kinds that tools outside rely on.</summary>
public static class EntryKindText
{
    public static string Format(EntryKind kind) => kind switch
    {
        EntryKind.File => "file",
        EntryKind.Directory or EntryKind.Implied => "dir",
        EntryKind.Symlink => "symlink",
        EntryKind.HardLink => "hardlink",
        EntryKind.CharDevice => "char",
        EntryKind.BlockDevice => "block",
        EntryKind.Fifo => "fifo",
        _ => "other",
    };
}
