using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Apk;
using ImageInsight.Analysis.Packages.Cargo;
using ImageInsight.Analysis.Packages.Composer;
using ImageInsight.Analysis.Packages.Conda;
using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Gems;
using ImageInsight.Analysis.Packages.Go;
using ImageInsight.Analysis.Packages.Jars;
using ImageInsight.Analysis.Packages.Npm;
using ImageInsight.Analysis.Packages.NuGet;
using ImageInsight.Analysis.Packages.Opkg;
using ImageInsight.Analysis.Packages.Pacman;
using ImageInsight.Analysis.Packages.Python;
using ImageInsight.Analysis.Packages.Rpm;

namespace ImageInsight.Analysis.Packages;

/// <summary>Every ecosystem: the one place where they are listed (docs/packages.md says how to add one).</summary>
internal static class Ecosystems
{
    /// <summary>
    /// A file counts for the first that names it: the system's own managers before those that live inside its packages.
    /// </summary>
    public static IReadOnlyList<Ecosystem> All { get; } =
    [
        new(null, new OsReleaseFile()),
        new(new DpkgCatalogue(), new DpkgFiles(), new CopyrightFiles()),
        new(new ApkCatalogue(), new ApkFiles()),
        new(new RpmCatalogue(), new RpmDatabaseFiles(), new RpmManifestFiles()),
        new(new PacmanCatalogue(), new PacmanFiles()),
        new(new OpkgCatalogue(), new OpkgFiles()),
        new(new CondaCatalogue(), new CondaFiles()),
        new(new NpmCatalogue(), new NpmFiles()),
        new(new PythonCatalogue(), new PythonFiles(), new EggFiles()),
        new(new GemCatalogue(), new GemFiles()),
        new(new ComposerCatalogue(), new ComposerFiles()),
        new(new NuGetCatalogue(), new NuGetFiles()),
        new(new JarCatalogue(), new JarFiles()),
        // What programs say of themselves, for the two below and for rules.
        new(null, new CoreFiles(), new ElfFiles()),
        new(new GoCatalogue()),
        new(new CargoCatalogue()),
    ];

    public static IEnumerable<WantedFile> Files => All.SelectMany(e => e.Files);
}
