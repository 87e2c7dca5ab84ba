using System.Diagnostics.CodeAnalysis;

namespace ImageInsight.Analysis.References;

/// <summary>
/// A sha256 digest, <c>sha256:</c> and 64 lower-case hex digits. Checked on the way in, so safe in a path or URL.
/// </summary>
public readonly record struct Digest
{
    private const string Prefix = "sha256:";

    private readonly string? hex;

    private Digest(string hex) => this.hex = hex;

    public string Hex => hex ?? throw new InvalidOperationException("An empty digest.");

    public static Digest FromHash(ReadOnlySpan<byte> sha256) => new(Convert.ToHexStringLower(sha256));

    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a sha256 digest.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        foreach (var c in text.AsSpan(Prefix.Length))
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        digest = new Digest(text[Prefix.Length..]);
        return true;
    }

    public override string ToString() => Prefix + Hex;
}
