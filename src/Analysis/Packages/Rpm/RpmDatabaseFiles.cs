using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// rpm's databases, of which the headers are kept: <see cref="RpmDatabase"/>. One that cannot be read says so.
/// </summary>
internal sealed class RpmDatabaseFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)5;

    public override IReadOnlyList<string> NameEnds => ["rpmdb.sqlite", "Packages.db", "Packages"];

    /// <summary>ostree has it among its objects.</summary>
    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "SQLite format 3\0"u8]];

    public override int LinkedLimit => 32 << 20;

    public override int Limit(in LayerFile file) =>
        file.IsIn("rpm"u8)
        && (file.IsNamed("rpmdb.sqlite"u8) || file.IsNamed("Packages.db"u8) || file.IsNamed("Packages"u8))
            ? BodyCaps.Database
            : 0;

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work) =>
        RpmDatabase.Keep(buffer.AsMemory(0, length), work);

    public override bool NotesUnreadable => true;
}
