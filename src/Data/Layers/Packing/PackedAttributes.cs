using System.Buffers.Binary;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>What many entries of a piece have in common: stored once for each combination.</summary>
internal readonly record struct PackedAttributes(
    EntryKind Kind, bool HasHash, int Mode, long Uid, long Gid, ulong XattrHash, int DeviceMajor, int DeviceMinor)
{
    private const byte HashFlag = 0x80;

    public static PackedAttributes FromEntry(in LayerEntry e) => new(
        e.Kind, e.ContentHash != 0, e.Mode, e.Uid, e.Gid, e.XattrHash, e.DeviceMajor, e.DeviceMinor);

    public void Write(Column column)
    {
        column.Take(1)[0] = (byte)((byte)Kind | (HasHash ? HashFlag : 0));
        column.WriteSigned(Mode);
        column.WriteSigned(Uid);
        column.WriteSigned(Gid);
        BinaryPrimitives.WriteUInt64LittleEndian(column.Take(8), XattrHash);
        column.WriteSigned(DeviceMajor);
        column.WriteSigned(DeviceMinor);
    }

    public static PackedAttributes Read(ref ColumnReader column)
    {
        var kind = column.Take(1)[0];
        var shared = new PackedAttributes(
            (EntryKind)(kind & ~HashFlag), (kind & HashFlag) != 0, ReadInt(ref column), column.ReadSigned(),
            column.ReadSigned(), BinaryPrimitives.ReadUInt64LittleEndian(column.Take(8)), ReadInt(ref column),
            ReadInt(ref column));
        return shared.Kind <= EntryKind.Implied ? shared
            : throw new InvalidDataException($"There is no kind of entry {(byte)shared.Kind}.");
    }

    private static int ReadInt(ref ColumnReader column)
    {
        var value = column.ReadSigned();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value
            : throw new InvalidDataException("A number is too big.");
    }
}
