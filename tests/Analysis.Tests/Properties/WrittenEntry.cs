using System.Formats.Tar;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>What a test asks an independent writer to write, and so what must come back.</summary>
internal sealed record WrittenEntry(string Name, TarEntryType Type)
{
    public byte[] Content { get; init; } = [];

    public string Target { get; init; } = "";

    public int Mode { get; init; }

    public int Uid { get; init; }

    public int Gid { get; init; }

    /// <summary>Since 1970, in ticks of 100 ns.</summary>
    public long Mtime { get; init; }

    public int Major { get; init; }

    public int Minor { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public void Write(TarWriter writer)
    {
        TarEntry entry = writer.Format switch
        {
            TarEntryFormat.V7 =>
                new V7TarEntry(Type == TarEntryType.RegularFile ? TarEntryType.V7RegularFile : Type, Name),
            TarEntryFormat.Ustar => new UstarTarEntry(Type, Name),
            TarEntryFormat.Gnu => new GnuTarEntry(Type, Name),
            _ => new PaxTarEntry(Type, Name, Attributes),
        };
        entry.Mode = (UnixFileMode)Mode;
        entry.Uid = Uid;
        entry.Gid = Gid;
        entry.ModificationTime = DateTimeOffset.UnixEpoch.AddTicks(Mtime);
        if (Type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = Target;
        if (entry is PosixTarEntry device && Type is TarEntryType.BlockDevice or TarEntryType.CharacterDevice)
            (device.DeviceMajor, device.DeviceMinor) = (Major, Minor);
        if (Type == TarEntryType.RegularFile)
            entry.DataStream = new MemoryStream(Content);
        writer.WriteEntry(entry);
    }

    public override string ToString() =>
        $"{Type} '{Name}' {Content.Length} bytes, mode {Convert.ToString(Mode, 8)}, {Uid}:{Gid}, mtime {Mtime}, link "
            + $"'{Target}', {Major}:{Minor}, {Attributes.Count} attributes";
}
