namespace ImageInsight.Tests.Fuzzing;

/// <summary>Changes that need no knowledge of a format.</summary>
internal static class ByteMutator
{
    private static readonly byte[] Telling = [0, 1, 0x20, 0x2f, 0x30, 0x37, 0x39, 0x7f, 0x80, 0xc0, 0xff];

    public static void Mutate(FuzzBytes bytes, FuzzRandom random, ReadOnlySpan<byte> other)
    {
        if (bytes.Length == 0)
        {
            bytes.Insert(0, [random.Byte()]);
            return;
        }

        var at = random.Below(bytes.Length);
        switch (random.Below(8))
        {
            case 0 or 1:
                bytes.Span[at] ^= (byte)(1 << random.Below(8));
                break;
            case 2:
                bytes.Span[at] = random.Pick(Telling);
                break;
            case 3:
                bytes.Span[at] = random.Byte();
                break;
            case 4:
                bytes.Span.Slice(at, Math.Min(bytes.Length - at, 1 + random.Below(16))).Fill(random.Pick(Telling));
                break;
            case 5:
                bytes.Remove(at, Math.Min(bytes.Length - at, 1 + random.Below(600)));
                break;
            case 6:
                var from = random.Below(other.Length);
                bytes.Insert(at, other.Slice(from, Math.Min(other.Length - from, 1 + random.Below(600))));
                break;
            default:
                bytes.Truncate(at);
                break;
        }
    }
}
