using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.NuGet;

internal sealed class NuGetFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)19;

    public override IReadOnlyList<string> NameEnds => [".deps.json"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[(byte)'{']];

    public override bool IsLikeOne(ReadOnlySpan<byte> start) =>
        start[..Math.Min(start.Length, 256)].IndexOf("\"runtimeTarget\""u8) >= 0;

    public override int Limit(in LayerFile file) => BodyCaps.List;
}
