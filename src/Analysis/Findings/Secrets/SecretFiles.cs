using System.Text;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Findings.Secrets;

/// <summary>
/// Files that are looked at for secrets. Kept is what kind of secret one holds, as text; empty when it may by its name
/// and
/// does not. Never the secret.
/// </summary>
internal sealed class SecretFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)4;

    /// <summary>Nothing shorter is a key or a setting with a value.</summary>
    private const int MinBytes = 16;

    /// <summary>Keys and settings are smaller.</summary>
    private const int MaxBytes = 64 << 10;

    public override IReadOnlyList<string> NameEnds => [.. SecretContent.KeyEndings, .. SecretContent.FileNames];

    public override IReadOnlyList<byte[]> BodyStarts => [[.. SecretContent.KeyStart]];

    public override int Limit(in LayerFile file)
    {
        if (file.Size is < MinBytes or > MaxBytes)
            return 0;
        if (file.Start.StartsWith(SecretContent.KeyStart))
            return MaxBytes;
        // A program is none, whatever it is called.
        return SecretContent.MayHold(file.Path) && !ElfFiles.IsProgram(file) ? MaxBytes : 0;
    }

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work) =>
        SecretContent.Read(path, buffer.AsSpan(0, length), work) is { } kind ? Encoding.UTF8.GetBytes(kind) : null;
}
