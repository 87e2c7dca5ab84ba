using System.Text;
using System.Text.Unicode;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>The small parsers: digests, numbers, PAX records, names and history lines.</summary>
internal sealed class TextTarget : IFuzzTarget
{
    private static readonly byte[][] Seeds =
    [
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"u8.ToArray(),
        "00000001000\0"u8.ToArray(),
        [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        "-1700000000.25"u8.ToArray(),
        "30 mtime=1700000000.123456789\n9 path=a\n"u8.ToArray(),
        "22 GNU.sparse.offset=1\n23 GNU.sparse.numbytes=5\n"u8.ToArray(),
        "usr/share/caf\u00e9/%41"u8.ToArray(),
        [(byte)'a', 0xff, (byte)'%', 0xc3, 0xa9, 0xed, 0xa0, 0x80],
        "|2 A=1 B=2 /bin/sh -c apt-get update && make # buildkit"u8.ToArray(),
        "/bin/sh -c #(nop)  CMD [\"bash\"]"u8.ToArray(),
    ];

    private readonly FuzzRandom random = new();
    private readonly FuzzBytes bytes = new();

    public ReadOnlySpan<byte> Input => bytes.Span;

    public string Run(ulong seed)
    {
        random.Start(seed);
        bytes.Load(random.OneIn(4) ? PaxBody.Write(random) : random.Pick(Seeds));
        for (var i = random.Below(4); i > 0; i--)
            ByteMutator.Mutate(bytes, random, random.Pick(Seeds));
        var (outcome, allocated) = Measure();
        // An expression keeps the states that a text leads it to; they are made once.
        if (allocated > Cap)
            (outcome, allocated) = Measure();
        Invariant.Hold(allocated <= Cap, $"{allocated} bytes allocated for {bytes.Length}");
        return outcome;
    }

    private long Cap => (64 << 10) + (256L * bytes.Length);

    private (string Outcome, long Allocated) Measure()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = Parse();
        return (outcome, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private string Parse()
    {
        var text = Encoding.Latin1.GetString(bytes.Span);
        var known = Digest.TryParse(text, out var digest);
        Invariant.Hold(!known || (digest.ToString() == text && digest.Hex.Length == 64), "a digest that is another");
        var isNumber = TarNumber.TryParse(bytes.Span, out _) | TarNumber.TryParseDecimal(bytes.Span, out _);
        var isRecords = new PaxRecords().TryRead(bytes.Span);
        var name = PathText.FromName(bytes.Span);
        if (!Utf8.IsValid(bytes.Span))
            Invariant.Hold(PathText.Unescape(name).AsSpan()
                .SequenceEqual(bytes.Span), $"the name '{name}' has lost bytes");
        Invariant.Hold(Instruction.Clean(text).Length <= text.Length + 8, "an instruction that grew");
        var hidden = SecretNames.Hide(text);
        Invariant.Hold(!SecretNames.In(hidden).Any()
            && SecretNames.Hide(hidden) == hidden, "a value that was hidden only the second time");
        return known ? "digest" : isNumber ? "number" : isRecords ? "records" : "none";
    }
}
