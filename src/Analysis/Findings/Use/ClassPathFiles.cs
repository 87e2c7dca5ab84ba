using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>Texts that list archives of classes for a start: what a build wrote down, or arguments of java.</summary>
internal sealed class ClassPathFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)41;

    private const int MaxBytes = 256 << 10;

    /// <summary>So far in, an archive is named.</summary>
    private const int FirstBytes = 1 << 10;

    public override IReadOnlyList<string> NameEnds =>
        [".txt", ".cp", ".classpath", ".args", ".argfile", ".path", "classpath", "argfile", "args"];

    public override bool NotesOmitted => false;

    public override int Limit(in LayerFile file)
    {
        if (file.Size > MaxBytes || file.Start.Length == 0 || file.Start[0] is not ((byte)'/' or (byte)'-'))
            return 0;
        return file.Start[..Math.Min(file.Start.Length, FirstBytes)].IndexOf(".jar"u8) > 0 ? MaxBytes : 0;
    }
}
