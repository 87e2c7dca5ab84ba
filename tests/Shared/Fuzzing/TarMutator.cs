namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// Changes that keep most of a tar a tar: whole blocks move, a header's field changes and its checksum is made right
/// again, extended headers come in. Without the checksum nearly every case would end at its first changed header.
/// </summary>
internal static class TarMutator
{
    private const int Block = 512;

    // name, mode, uid, gid, size, mtime, checksum, type, link, magic, uname, major, minor, prefix, sparse map, more,
    // real size, star
    private static readonly (int At, int Length)[] Fields =
    [
        (0, 100), (100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (148, 8), (156, 1), (157, 100), (257, 8),
        (265, 32), (329, 8), (337, 8), (345, 155), (386, 96), (482, 1), (483, 12), (508, 4),
    ];

    private static readonly (int At, int Length)[] Numbers =
    [
        (100, 8), (108, 8), (116, 8), (124, 12), (124, 12), (124, 12), (136, 12), (329, 8), (337, 8), (483, 12)
    ];

    private static readonly byte[] Types = "\001234567DSLKxgXVMNAZ"u8.ToArray();

    private static readonly long[] Values =
        [0, 1, 2, 8, 255, 511, 512, 513, 1023, 1024, 4096, 65_535, 262_143, 262_144, 1 << 20, (1 << 20) + 1, 1 << 24,
            1 << 30, uint.MaxValue, 0x1ffffffff, 1L << 40, long.MaxValue - 511, long.MaxValue];

    private static readonly byte[][] Names =
    [
        [], "/"u8.ToArray(), "."u8.ToArray(), ".."u8.ToArray(), "../../etc/x"u8.ToArray(), "a/"u8.ToArray(),
        "./a//b/./c"u8.ToArray(), ".wh.a"u8.ToArray(), ".wh..wh..opq"u8.ToArray(), "d/.wh..wh..opq"u8.ToArray(),
        ".wh."u8.ToArray(), ".wh..wh.plnk/1.2"u8.ToArray(), [0xff, 0xfe, (byte)'/', 0xc0], "a\0b"u8.ToArray(),
        "a"u8.ToArray(), "d/a"u8.ToArray(), [.. Enumerable.Repeat((byte)'n', 100)],
    ];

    private static readonly byte[][] Magics =
    [
        "ustar\0"u8.ToArray(), "ustar\000"u8.ToArray(), "ustar  \0"u8.ToArray(), new byte[8]
    ];

    public static void Mutate(FuzzBytes tar, FuzzRandom random, ReadOnlySpan<byte> other)
    {
        var changes = 1 + random.Below(random.OneIn(8) ? 16 : 3);
        for (var i = 0; i < changes; i++)
            Change(tar, random, other);
    }

    /// <summary>Makes the checksum of the header at this offset right.</summary>
    public static void SetSum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in header[..Block])
            sum += b;
        Octal(header.Slice(148, 7), sum);
        header[155] = (byte)' ';
    }

    private static void Change(FuzzBytes tar, FuzzRandom random, ReadOnlySpan<byte> other)
    {
        var blocks = tar.Length / Block;
        var at = random.Below(blocks) * Block;
        switch (random.Below(blocks == 0 ? 1 : 16))
        {
            case 0:
                ByteMutator.Mutate(tar, random, other);
                break;
            case 1:
                SwapBlocks(tar.Span, at, random.Below(blocks) * Block);
                break;
            case 2:
                tar.Insert(random.Below(blocks + 1) * Block, tar.Span.Slice(
                    at, Math.Min(tar.Length - at, Block * (1 + random.Below(4)))).ToArray());
                break;
            case 3:
                tar.Remove(at, Math.Min(tar.Length - at, Block * (1 + random.Below(4))));
                break;
            case 4:
                tar.Insert(at, new byte[Block * (1 + random.Below(3))]);
                break;
            case 5 when other.Length >= Block:
                var from = random.Below(other.Length / Block) * Block;
                tar.Insert(at, other.Slice(from, Math.Min(other.Length - from, Block * (1 + random.Below(8)))));
                break;
            case 6 when random.OneIn(3):
                tar.Truncate(random.Below(tar.Length));
                break;
            case 7 or 8:
                tar.Insert(HeaderNear(tar, random), Extension(random));
                break;
            case 9:
                ChangeDigitBehind(tar.Span, HeaderNear(tar, random) + Block, random);
                break;
            default:
                ChangeHeader(tar.Span[HeaderNear(tar, random)..], random);
                break;
        }
    }

    private static void SwapBlocks(Span<byte> tar, int a, int b)
    {
        Span<byte> kept = stackalloc byte[Block];
        tar.Slice(a, Block).CopyTo(kept);
        tar.Slice(b, Block).CopyTo(tar[a..]);
        kept.CopyTo(tar[b..]);
    }

    /// <summary>The first block from a random one on that looks like a header, or that one.</summary>
    private static int HeaderNear(FuzzBytes tar, FuzzRandom random)
    {
        var blocks = tar.Length / Block;
        var first = random.Below(blocks);
        for (var i = 0; i < Math.Min(blocks, 64); i++)
        {
            var at = (first + i) % blocks * Block;
            var header = tar.Span[at..];
            // Mode and checksum end like this in whatever writer's header.
            if (header[100] is 0x30 or 0x20 && header[155] is 0 or 0x20 && header[148] is 0x30 or 0x20)
                return at;
        }

        return first * Block;
    }

    private static void ChangeHeader(Span<byte> header, FuzzRandom random)
    {
        if (header.Length < Block)
            return;
        switch (random.Below(8))
        {
            case 0 or 1 or 2:
                var (at, length) = random.Pick(Numbers);
                SetNumber(header.Slice(at, length), random);
                break;
            case 3 or 4:
                header[156] = random.Pick(Types);
                break;
            case 5:
                var field = header.Slice(random.OneIn(3) ? 157 : random.OneIn(5) ? 345 : 0, 100);
                field.Clear();
                random.Pick(Names).CopyTo(field);
                break;
            case 6:
                random.Pick(Magics).CopyTo(header[257..]);
                break;
            default:
                var (start, size) = random.Pick(Fields);
                header[start + random.Below(size)] = random.Byte();
                break;
        }

        if (!random.OneIn(16))
            SetSum(header);
    }

    private static void SetNumber(Span<byte> field, FuzzRandom random)
    {
        var value = random.OneIn(3) ? random.Below(1 << 17) : random.Pick(Values);
        field.Clear();
        switch (random.Below(6))
        {
            case 0:
                // Base-256, of either sign.
                if (random.OneIn(2))
                    value = -value;
                for (var i = field.Length - 1; i >= 0; i--, value >>= 8)
                    field[i] = (byte)value;
                field[0] |= 0x80;
                break;
            case 1:
                for (var i = 0; i < field.Length; i++)
                    field[i] = random.OneIn(2) ? random.Byte() : (byte)"01778 -\0"[random.Below(8)];
                break;
            default:
                Octal(field[..^1], value);
                break;
        }
    }

    private static void ChangeDigitBehind(Span<byte> tar, int at, FuzzRandom random)
    {
        for (var i = at; i < Math.Min(tar.Length, at + Block); i++)
            if (char.IsAsciiDigit((char)tar[i]) && random.OneIn(3))
            {
                tar[i] = (byte)('0' + random.Below(10));
                return;
            }
    }

    /// <summary>An x, g, L or K header with its body.</summary>
    private static byte[] Extension(FuzzRandom random)
    {
        var type = "xxxxggLK"[random.Below(8)];
        var body = type is 'x' or 'g' ? PaxBody.Write(random) : [.. random.Pick(Names), .. new byte[random.Below(3)]];
        var bytes = new byte[Block + ((body.Length + Block - 1) / Block * Block)];
        "pax"u8.CopyTo(bytes);
        Octal(bytes.AsSpan(100, 7), 0x1a4);
        Octal(bytes.AsSpan(124, 11), body.Length);
        bytes[156] = (byte)type;
        "ustar\0"u8.CopyTo(bytes.AsSpan(257));
        SetSum(bytes);
        body.CopyTo(bytes, Block);
        return bytes;
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 1; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }
}
