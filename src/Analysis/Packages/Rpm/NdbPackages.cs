using System.Buffers.Binary;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// rpm's own Packages.db, SUSE's choice (rpm 4.20 lib/backend/ndb/rpmpkg.c), all little endian. A header of 32 bytes:
/// "RpmP", version 0, generation, pages of slots. Slots of 16 bytes to the end of these pages of 4096: "Slot", package,
/// block, blocks; package 0 is a free slot. At a block (16 bytes each): "BlbS", package, generation, length, and then
/// the package's header.
/// </summary>
internal static class NdbPackages
{
    private const int PageBytes = 4096, SlotBytes = 16, HeaderBytes = 32;

    public static bool IsDatabase(ReadOnlySpan<byte> file) =>
        file.Length >= PageBytes && file.StartsWith("RpmP\0\0\0\0"u8);

    public static bool ReadBlobs(ReadOnlyMemory<byte> memory, WorkBudget work, BlobReader read)
    {
        var file = memory.Span;
        var end = Math.Min(file.Length, BinaryPrimitives.ReadUInt32LittleEndian(file[12..]) * (long)PageBytes);
        work.Spend(end / SlotBytes);
        for (var at = HeaderBytes; at <= end - SlotBytes; at += SlotBytes)
        {
            var slot = file.Slice(at, SlotBytes);
            var package = BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]) * (long)SlotBytes;
            if (!slot.StartsWith("Slot"u8) || package == 0 || start > file.Length - SlotBytes)
                continue;
            var head = file.Slice((int)start, SlotBytes);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
            if (!head.StartsWith("BlbS"u8) || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != package
                || length > file.Length - start - SlotBytes)
                continue;
            if (!read(memory.Slice((int)start + SlotBytes, (int)length)))
                break;
        }

        return true;
    }
}
