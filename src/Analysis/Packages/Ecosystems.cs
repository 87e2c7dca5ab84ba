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

/// <summary>Every ecosystem that is known, each in a folder of its own. A new one is a line here.</summary>
internal static class Ecosystems
{
    /// <summary>
    /// A file counts for the first that names it: the system's own managers before those that live inside its packages.
    /// </summary>
    public static readonly IPackageCatalogue[] All =
    [
        new DpkgCatalogue(),
        new ApkCatalogue(),
        new RpmCatalogue(),
        new PacmanCatalogue(),
        new OpkgCatalogue(),
        new CondaCatalogue(),
        new NpmCatalogue(),
        new PythonCatalogue(),
        new GemCatalogue(),
        new ComposerCatalogue(),
        new NuGetCatalogue(),
        new JarCatalogue(),
        new GoCatalogue(),
        new CargoCatalogue(),
    ];

    /// <summary>What they read, told by path.</summary>
    public static IEnumerable<WantedFile> Files => All.SelectMany(c => c.Wanted).Concat(Distribution.Wanted);

    /// <summary>What they read, told by content: programs may say what they were made of.</summary>
    public static IEnumerable<IContentRule> Contents => [new ElfFiles()];
}
