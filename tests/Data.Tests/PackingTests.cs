using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Data.Layers.Packing;

namespace ImageInsight.Data.Tests;

public sealed class PackingTests
{
    private const string Owner = "sha256:aa";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Entries_come_back_as_they_were()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var entries = RandomLayers.Entries(random, seed < 20 ? seed : random.Next(2000));
            RandomLayers.AssertEqual(entries, Unpack(EntryPacker.Pack(entries, Owner, Token)));
        }
    }

    [Fact]
    public void Many_entries_and_long_names_make_pieces_of_a_few_megabytes()
    {
        var entries = RandomLayers.Entries(new Random(1), 150_000);
        var pieces = EntryPacker.Pack(entries, Owner, Token);
        Assert.InRange(pieces.Count, 3, 100);
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, 5 << 20));
        RandomLayers.AssertEqual(entries, Unpack(pieces));
    }

    [Fact]
    public void Captures_and_shares_come_back_as_they_were()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            // One in ten spans pieces.
            var captures = RandomLayers.Captures(random, 1 + random.Next(60), seed % 10 == 0 ? 9_000_000 : 2000);
            var back = UnpackCaptures(PackedCaptures.Pack(captures, Owner, Token));
            Assert.Equal(captures.Select(c => (c.Ordinal, c.Kind)), back.Select(c => (c.Ordinal, c.Kind)));
            Assert.All(
                captures.Zip(back), pair => Assert.True(pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes)));
            var shares = RandomLayers.Shares(random, seed == 59 ? 600_000 : seed);
            Assert.Equal(shares, UnpackShares(PackedShares.Pack(shares, Owner, Token), shares.Length));
        }
    }

    [Theory]
    [InlineData("entries")]
    [InlineData("captures")]
    [InlineData("shares")]
    public void A_value_that_was_altered_anywhere_or_cut_off_anywhere_is_refused(string what)
    {
        var random = new Random(5);
        var pieces = what switch
        {
            "entries" => EntryPacker.Pack(RandomLayers.Entries(random, 60), Owner, Token),
            "captures" => PackedCaptures.Pack(RandomLayers.Captures(random, 60, 40), Owner, Token),
            _ => PackedShares.Pack(RandomLayers.Shares(random, 60), Owner, Token),
        };
        Unpack(what, pieces);
        var piece = Assert.Single(pieces);
        for (var at = 0; at < piece.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var altered = piece.ToArray();
                altered[at] ^= (byte)(1 << bit);
                Assert.Throws<InvalidDataException>(() => Unpack(what, [altered]));
            }

            Assert.Throws<InvalidDataException>(() => Unpack(what, [piece[..at]]));
        }

        Assert.Throws<InvalidDataException>(() => Unpack(what, [[.. piece, 0]]));
        Assert.Throws<InvalidDataException>(() => Unpack(what, [piece, piece]));
        Assert.Throws<InvalidDataException>(() => Unpack(what, []));
        Assert.Throws<InvalidDataException>(() => Unpack(what == "shares" ? "entries" : "shares", pieces));
    }

    [Fact]
    public void Pieces_that_are_missing_or_stand_elsewhere_are_refused()
    {
        var pieces = EntryPacker.Pack(RandomLayers.Entries(new Random(2), 150_000), Owner, Token).ToList();
        var other = EntryPacker.Pack(RandomLayers.Entries(new Random(2), 150_000), "sha256:bb", Token);
        Assert.Throws<InvalidDataException>(() => Unpack(pieces[..^1]));
        Assert.Throws<InvalidDataException>(() => Unpack(pieces[1..]));
        Assert.Throws<InvalidDataException>(() => Unpack([pieces[1], pieces[0], .. pieces[2..]]));
        Assert.Throws<InvalidDataException>(() => Unpack([pieces[0], other[1], .. pieces[2..]]));
    }

    [Fact]
    public void What_a_stranger_packed_is_refused_or_keeps_to_what_the_merge_relies_on()
    {
        using var opener = new PieceOpener(PieceKind.Entries, Owner);
        var good = opener.Open(Assert.Single(EntryPacker.Pack(RandomLayers.Entries(new Random(3), 40), Owner, Token)))
            .ToArray();
        var refused = 0;
        for (var seed = 0; seed < 40_000; seed++)
        {
            var random = new Random(seed);
            var raw = good.ToArray();
            for (var changes = 1 + random.Next(3); changes > 0; changes--)
                raw[random.Next(raw.Length)] = (byte)random.Next(256);
            try
            {
                AssertSound(Unpack([Seal(random.Next(10) == 0 ? raw[..random.Next(raw.Length)] : raw)]));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10_000, 40_000);
    }

    [Fact]
    public void Names_parents_depths_and_sizes_of_a_stranger_are_checked()
    {
        Refused(-1, ".");
        Refused(-1, "..");
        Refused(-1, "a/b");
        Refused(0, "", root: "a");
        Refused(-2, "b");
        Refused(-1, "b", size: -1);
        Refused(-1, "b", mode: 0x1000);
        Refused(-1, "b", kind: (EntryKind)9);
        var deep = new EntryList();
        for (var i = 0; i <= 4096; i++)
            deep.Add(new LayerEntry { Parent = i - 1, Kind = EntryKind.Directory }, "d"u8, default);
        Assert.Throws<InvalidDataException>(() => Unpack(EntryPacker.Pack(deep, Owner, Token)));

        static void Refused(
            int parent, string name, string root = "r", long size = 0, int mode = 0, EntryKind kind = EntryKind.File)
        {
            var entries = new EntryList();
            entries.Add(new LayerEntry { Parent = -1, Kind = EntryKind.Directory }, Bytes(root), default);
            entries.Add(
                new LayerEntry { Parent = parent, Kind = kind, Size = size, Mode = mode }, Bytes(name), default);
            Assert.Throws<InvalidDataException>(() => Unpack(EntryPacker.Pack(entries, Owner, Token)));
        }

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }

    private static void AssertSound(EntryList entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.InRange(entries.Parent(i), -1, i - 1);
            Assert.True(entries.Kind(i) <= EntryKind.Implied && entries.Size(i) >= 0);
            Assert.False(entries.Name(i).Contains((byte)'/') || entries.Name(i).SequenceEqual(".."u8));
        }
    }

    private static byte[] Seal(byte[] raw)
    {
        using var sealer = new PieceSealer(PieceKind.Entries, Owner);
        sealer.Seal(raw, last: true);
        return sealer.Pieces[0];
    }

    private static void Unpack(string what, IReadOnlyList<byte[]> pieces)
    {
        if (what == "entries")
            Unpack(pieces);
        else if (what == "captures")
            UnpackCaptures(pieces);
        else
            UnpackShares(pieces, 60);
    }

    private static EntryList Unpack(IReadOnlyList<byte[]> pieces)
    {
        using var unpacker = new EntryUnpacker(Owner);
        foreach (var piece in pieces)
            unpacker.Add(piece);
        return unpacker.End();
    }

    private static IReadOnlyList<Capture> UnpackCaptures(IReadOnlyList<byte[]> pieces)
    {
        using var unpacker = new PackedCaptures.Unpacker(Owner, 60);
        foreach (var piece in pieces)
            unpacker.Add(piece);
        return unpacker.End();
    }

    private static long[] UnpackShares(IReadOnlyList<byte[]> pieces, int count)
    {
        using var unpacker = new PackedShares.Unpacker(Owner, count);
        foreach (var piece in pieces)
            unpacker.Add(piece);
        return unpacker.End();
    }
}
