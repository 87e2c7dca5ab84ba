using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Dpkg;

/// <summary>dpkg's database, apt's notes of what was asked for, and the licences beside the documentation.</summary>
internal static class DpkgFiles
{
    /// <summary>The licences that a copyright file names, as text: <see cref="CopyrightFile"/>.</summary>
    public static CaptureKind License => new(6);

    public static IReadOnlyList<WantedFile> Wanted { get; } =
    [
        new("status", Folder.At("lib/dpkg"), CaptureBytes.Database),
        new("extended_states", Folder.At("lib/apt"), CaptureBytes.Database),
        new("*.list", Folder.At("lib/dpkg/info"), CaptureBytes.List),
        // Images without dpkg (distroless) have a file a package; its list of files is the md5sums beside it.
        new("*", Folder.At("lib/dpkg/status.d"), CaptureBytes.List),
        new("copyright", Folder.Below("usr/share/doc"), CopyrightFile.MaxBytes)
        {
            // Its package is known without it.
            Form = new CaptureForm(License, (_, body) => CopyrightFile.Read(body)) { SaysOmitted = false },
        },
    ];
}
