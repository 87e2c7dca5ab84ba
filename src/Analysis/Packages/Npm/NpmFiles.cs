using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>Manifests of modules and applications, and npm's hidden lock file.</summary>
internal sealed class NpmFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)15;

    /// <summary>By custom a manifest begins with its name.</summary>
    private const int NameWithin = 4096;

    public override IReadOnlyList<string> NameEnds => ["package.json", ".package-lock.json"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[(byte)'{']];

    /// <summary>pnpm's store has them by the hash of their content: files/ab/cdef01.</summary>
    public override bool IsLikeOne(ReadOnlySpan<byte> start) =>
        start[..Math.Min(start.Length, NameWithin)].IndexOf("\"name\""u8) >= 0;

    public override int Limit(in LayerFile file)
    {
        if (file.IsNamed(".package-lock.json"u8) && file.IsIn("node_modules"u8))
            return BodyCaps.Database;
        return file.IsNamed("package.json"u8) && IsModule(file.Folder) ? BodyCaps.Document : 0;
    }

    /// <summary>
    /// node_modules/x and node_modules/@scope/x, but no folder inside a module; and applications of their own.
    /// </summary>
    private static bool IsModule(ReadOnlySpan<byte> folder)
    {
        var at = folder.LastIndexOf("node_modules/"u8);
        if (at < 0)
            return true;
        var rest = folder[(at + "node_modules/".Length)..];
        var slash = rest.IndexOf((byte)'/');
        return slash < 0 || (rest[0] == (byte)'@' && rest[(slash + 1)..].IndexOf((byte)'/') < 0);
    }
}
