using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>What a block of a tar tells by itself.</summary>
internal static class TarBlock
{
    public const int Size = 512;

    public static bool HasValidSum(ReadOnlySpan<byte> header)
    {
        if (!TarNumber.TryParse(header.Slice(148, 8), out var stated))
            return false;
        // The sum is made with spaces in its own field.
        var sum = Sum(header[..Size]) - Sum(header.Slice(148, 8)) + (8 * ' ');
        if (stated == sum)
            return true;
        // Some old writers summed signed bytes: each from 128 on counts 256 less.
        foreach (var b in header[..148])
            sum -= (b & 0x80) * 2;
        foreach (var b in header[156..Size])
            sum -= (b & 0x80) * 2;
        return stated == sum;
    }

    // Code that is compiled ahead calls a function for each vector.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Sum(ReadOnlySpan<byte> bytes)
    {
        // 64 additions of a byte to each lane at most: no lane overflows.
        var lanes = Vector128<ushort>.Zero;
        var i = 0;
        for (; i + Vector128<byte>.Count <= bytes.Length; i += Vector128<byte>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(bytes.Slice(i, Vector128<byte>.Count)));
            lanes += lower + upper;
        }

        long sum = 0;
        for (var lane = 0; lane < Vector128<ushort>.Count; lane++)
            sum += lanes[lane];
        for (; i < bytes.Length; i++)
            sum += bytes[i];
        return sum;
    }

    public static bool IsZero(ReadOnlySpan<byte> block) => block.IndexOfAnyExcept((byte)0) < 0;

    public static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field)
    {
        var nul = field.IndexOf((byte)0);
        return nul < 0 ? field : field[..nul];
    }

    public static long NumberOrZero(ReadOnlySpan<byte> field) => TarNumber.TryParse(field, out var value) ? value : 0;

    public static int Device(long number) => number is >= 0 and <= int.MaxValue ? (int)number : 0;

    public static EntryKind KindOf(byte type) => type switch
    {
        0 or (byte)'0' or (byte)'7' or (byte)'S' => EntryKind.File,
        (byte)'1' => EntryKind.HardLink,
        (byte)'2' => EntryKind.Symlink,
        (byte)'3' => EntryKind.CharDevice,
        (byte)'4' => EntryKind.BlockDevice,
        (byte)'5' or (byte)'D' => EntryKind.Directory,
        (byte)'6' => EntryKind.Fifo,
        _ => EntryKind.Other,
    };
}
