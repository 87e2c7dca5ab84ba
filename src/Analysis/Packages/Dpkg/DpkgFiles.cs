using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Dpkg;

/// <summary>
/// dpkg's databases, and the files of images without dpkg (distroless): one a package, and its list of files beside it.
/// </summary>
internal sealed class DpkgFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)9;

    public override IReadOnlyList<string> NameEnds => ["status", "extended_states", ".list"];

    /// <summary>A package may be called anything.</summary>
    public override IReadOnlyList<string> FolderEnds => ["lib/dpkg/status.d"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "Package: "u8], [.. "/.\n"u8]];

    public override int LinkedLimit => 16 << 20;

    public override int Limit(in LayerFile file)
    {
        if (file.IsIn("lib/dpkg/status.d"u8) || (file.IsIn("lib/dpkg/info"u8) && file.Name.EndsWith(".list"u8)))
            return BodyCaps.List;
        return (file.IsNamed("status"u8) && file.IsIn("lib/dpkg"u8))
            || (file.IsNamed("extended_states"u8) && file.IsIn("lib/apt"u8))
                ? BodyCaps.Database
                : 0;
    }
}
