using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// gzip by ISA-L (https://github.com/intel/isa-l, igzip_lib.h), which inflates twice as fast as the zlib that comes
/// with .NET. Optional: Debian's libisal2, found when the program runs; where it is missing, or is not what is
/// expected, there is none and .NET's own is taken.
/// </summary>
internal sealed unsafe class IsalInflater : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>struct inflate_state of 2.30 has 87,368 bytes; a later one may have more.</summary>
    private const int StateBytes = 1 << 18;

    // What struct inflate_state begins with is the library's interface. Behind its tables stand block_state and
    // crc_flag, whose places only the headers tell: IsAsExpected proves them before anything is read.
    private const int NextOut = 0;
    private const int AvailableOut = 8;
    private const int NextIn = 16;
    private const int AvailableIn = 32;
    private const int BlockState = 21160;
    private const int CrcFlag = 21172;

    /// <summary>ISAL_GZIP_NO_HDR_VER: body and trailer, the checksum verified.</summary>
    private const int Gzip = 6;

    /// <summary>ISAL_BLOCK_FINISH.</summary>
    private const int Finished = 5;

    private static readonly Lazy<Entry?> Library = new(Load);

    public IsalInflater()
        : base(ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed(StateBytes));

    public static bool IsAvailable => Library.Value is not null;

    /// <summary>True when a gzip member has ended; what is left of the input follows it.</summary>
    public bool IsFinished => Int(BlockState) == Finished;

    /// <returns>Null where the library is not.</returns>
    public static IsalInflater? Open()
    {
        if (Library.Value is null)
            return null;
        var inflater = new IsalInflater();
        inflater.Reset();
        return inflater;
    }

    /// <summary>A new member begins, behind its header.</summary>
    public void Reset()
    {
        Library.Value!.Init((byte*)handle);
        Int(CrcFlag) = Gzip;
    }

    /// <returns>How much of the input was used and how much came out; null when the input is damaged.</returns>
    public (int Used, int Made)? Inflate(ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            *(byte**)(handle + NextIn) = from;
            Int(AvailableIn) = input.Length;
            *(byte**)(handle + NextOut) = to;
            Int(AvailableOut) = output.Length;
            var code = Library.Value!.Inflate((byte*)handle);
            return code < 0 ? null : (input.Length - Int(AvailableIn), output.Length - Int(AvailableOut));
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }

    private ref int Int(int offset) => ref *(int*)(handle + offset);

    private static Entry? Load()
    {
        if (!BitConverter.IsLittleEndian || nint.Size != 8 || !NativeLibrary.TryLoad("libisal.so.2", out var library))
            return null;
        if (NativeLibrary.TryGetExport(library, "isal_inflate_init", out var init)
            && NativeLibrary.TryGetExport(library, "isal_inflate", out var inflate)
            && new Entry((delegate* unmanaged<byte*, void>)init, (delegate* unmanaged<byte*, int>)inflate) is var entry
            && IsAsExpected(entry))
            return entry;
        NativeLibrary.Free(library);
        return null;
    }

    /// <summary>Reads the body of a small member whole, and refuses it with another checksum.</summary>
    private static bool IsAsExpected(Entry entry)
    {
        // printf 'aaaaaaaaaaaaaaaaaaaaaaaa' | gzip -n9 | tail -c +11
        ReadOnlySpan<byte> good = [0x4b, 0x4c, 0xc4, 0x0e, 0, 0x84, 0x7a, 0x02, 0xe6, 24, 0, 0, 0];
        var text = "aaaaaaaaaaaaaaaaaaaaaaaa"u8;
        Span<byte> bad = [.. good];
        bad[5] ^= 1;
        var state = (byte*)NativeMemory.AllocZeroed(StateBytes);
        try
        {
            return Try(entry, state, good, text) && *(int*)(state + BlockState) == Finished
                && !Try(entry, state, bad, text);
        }
        finally
        {
            NativeMemory.Free(state);
        }
    }

    private static bool Try(Entry entry, byte* state, ReadOnlySpan<byte> input, ReadOnlySpan<byte> expected)
    {
        Span<byte> output = stackalloc byte[64];
        entry.Init(state);
        if (*(int*)(state + BlockState) != 0 || *(int*)(state + CrcFlag) != 0)
            return false;
        *(int*)(state + CrcFlag) = Gzip;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            *(byte**)(state + NextIn) = from;
            *(int*)(state + AvailableIn) = input.Length;
            *(byte**)(state + NextOut) = to;
            *(int*)(state + AvailableOut) = output.Length;
            return entry.Inflate(state) == 0 && *(int*)(state + AvailableIn) == 0
                && output[..(64 - *(int*)(state + AvailableOut))].SequenceEqual(expected);
        }
    }

    private sealed class Entry(delegate* unmanaged<byte*, void> init, delegate* unmanaged<byte*, int> inflate)
    {
        public void Init(byte* state) => init(state);

        public int Inflate(byte* state) => inflate(state);
    }
}
