using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>rpm's database in its three forms, and the list that CBL-Mariner's distroless images have in its place.</summary>
internal static class RpmFiles
{
    // A database that cannot be read says so.
    private static readonly CaptureForm Headers = new(Kind, (_, body) => RpmDatabase.Keep(body)) { SaysUnreadable = true };

    /// <summary>The headers of rpm's database, each with the tags that the catalogue reads: <see cref="RpmDatabase"/>.</summary>
    public static CaptureKind Kind => new(5);

    public static IReadOnlyList<WantedFile> Wanted { get; } =
    [
        .. new[] { "Packages", "rpmdb.sqlite", "Packages.db" }
            .Select(n => new WantedFile(n, Folder.At("rpm"), CaptureBytes.Database) { Form = Headers }),
        new("container-manifest-2", Folder.At("rpmmanifest"), CaptureBytes.Database),
    ];
}
