using System.Text;

namespace ImageInsight.Analysis.Packages.Go;

/// <summary>
/// What a Go program says of its modules (go1.26 src/debug/buildinfo/buildinfo.go): magic, pointer size, flags, and
/// from Go 1.18 on at offset 32 two strings with a varint length each, the second between two marks of 16 bytes.
/// </summary>
internal static class GoBuildInfo
{
    private const int HeaderBytes = 32;

    private const int MarkBytes = 16;

    /// <summary>go1.22.1 X:nocoverageredesign</summary>
    private const int MaxVersion = 1000;

    private static readonly byte[] Magic = [0xff, .. " Go buildinf:"u8];

    /// <summary>Pointer size and flags with it.</summary>
    public const int MagicLength = 16;

    /// <summary>
    /// Programs that read build information themselves (go, trivy, syft) have the bare magic among their constants,
    /// before their own.
    /// </summary>
    public static int IndexOf(ReadOnlySpan<byte> bytes)
    {
        for (var from = 0; bytes[from..].IndexOf(Magic) is var at && at >= 0; from += at + 1)
        {
            var found = bytes[(from + at)..];
            if (found.Length < MagicLength)
                return -1;
            if (found[14] is 4 or 8 && (found[15] & ~3) == 0)
                return from + at;
        }

        return -1;
    }

    /// <returns>Go's version and the module lines; null when there are none or they are of an older form.</returns>
    public static (string Version, string Modules)? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || (bytes[15] & 2) == 0)
            return null;
        var rest = bytes[HeaderBytes..];
        if (!TryString(ref rest, out var version) || !TryString(ref rest, out var modules))
            return null;
        var lines = modules.Length >= 2 * MarkBytes + 1 && modules[^(MarkBytes + 1)] == (byte)'\n'
            ? modules[MarkBytes..^MarkBytes]
            : default;
        return version.Length <= MaxVersion && (version.StartsWith("go"u8) || version.StartsWith("devel"u8))
            ? (Encoding.UTF8.GetString(version), Encoding.UTF8.GetString(lines))
            : null;
    }

    private static bool TryString(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        text = default;
        ulong length = 0;
        for (int i = 0, shift = 0; i < bytes.Length && shift < 35; i++, shift += 7)
        {
            length |= (ulong)(bytes[i] & 0x7f) << shift;
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            if (length > (ulong)bytes.Length)
                return false;
            text = bytes[..(int)length];
            bytes = bytes[(int)length..];
            return true;
        }

        return false;
    }
}
