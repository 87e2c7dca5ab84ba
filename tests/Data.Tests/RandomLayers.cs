using System.Text;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Data.Tests;

/// <summary>Entries of all kinds and of every extreme that a reader lets through.</summary>
internal static class RandomLayers
{
    private static readonly long[] Extremes =
        [0, 1, -1, 127, 128, 1000, 65_534, int.MaxValue, long.MaxValue, long.MinValue];

    public static EntryList Entries(Random random, int count)
    {
        var entries = new EntryList();
        var parents = new List<int> { -1 };
        var depths = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var parent = parents[random.Next(4) == 0 ? random.Next(parents.Count) : parents.Count - 1];
            var kind = (EntryKind)random.Next(9);
            var root = parent < 0 && random.Next(50) == 0;
            entries.Add(
                new LayerEntry
                {
                    Parent = parent,
                    Kind = kind,
                    Size = kind == EntryKind.File ? Number(random) & long.MaxValue : 0,
                    Mode = random.Next(0x1000),
                    Uid = Number(random),
                    Gid = Number(random),
                    Mtime = random.Next(3) == 0 ? Number(random) : 1_700_000_000 + i,
                    ContentHash = kind == EntryKind.File && random.Next(5) > 0
                        ? new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) : 0,
                    XattrHash = random.Next(9) == 0 ? (ulong)random.NextInt64() : 0,
                    DeviceMajor = (int)Number(random),
                    DeviceMinor = (int)Number(random),
                },
                root ? default : Name(random, i),
                kind is EntryKind.Symlink or EntryKind.HardLink ? Bytes(random, random.Next(40)) : default);
            depths.Add(parent < 0 ? 1 : depths[parent] + 1);
            if (random.Next(6) == 0 && depths[i] < 4000 && !root)
                parents.Add(i);
        }

        return entries;
    }

    public static List<Capture> Captures(Random random, int entries, int most)
    {
        var captures = new List<Capture>();
        for (var i = 0; i < entries; i += 1 + random.Next(9))
            captures.Add(new Capture(i, (CaptureKind)random.Next(20), Bytes(random, random.Next(4) == 0 ? 0
                : random.Next(most))));
        return captures;
    }

    public static long[] Shares(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Number(random) & long.MaxValue)];

    /// <summary>Of everything that an entry has.</summary>
    public static void AssertEqual(EntryList expected, EntryList actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            if (expected[i] != actual[i] || !expected.Name(i).SequenceEqual(actual.Name(i))
                || !expected.LinkTarget(i).SequenceEqual(actual.LinkTarget(i)))
                Assert.Fail($"{i}: {actual[i]}, not {expected[i]}");
    }

    private static long Number(Random random) => random.Next(4) switch
    {
        0 => Extremes[random.Next(Extremes.Length)],
        1 => random.NextInt64(),
        _ => random.Next(2000),
    };

    private static byte[] Name(Random random, int number)
    {
        if (random.Next(3) > 0)
            return Encoding.ASCII.GetBytes($"file-{number}.so");
        var name = Bytes(random, 1 + random.Next(random.Next(200) == 0 ? 65_535 : 30));
        name.AsSpan().Replace((byte)'/', (byte)'x');
        return name is [(byte)'.'] or [(byte)'.', (byte)'.'] ? [0] : name;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
