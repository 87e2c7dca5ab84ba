using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Jars;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What was kept of a file. The numbers are stored.</summary>
public enum CaptureKind : byte
{
    /// <summary>The body as it was.</summary>
    Body = 0,

    /// <summary>Nothing: it is bigger than the cap, broken, or the layer's or the image's budget was spent. Known to have been wanted.</summary>
    Omitted = 1,

    /// <summary><see cref="ElfFacts"/> of a program or library.</summary>
    Elf = 2,

    /// <summary><see cref="JarFacts"/> of a Java archive.</summary>
    Jar = 3,

    /// <summary>What kind of secret the file holds, as text; empty when it may by its name and does not. Never the secret.</summary>
    Secret = 4,

    /// <summary>The headers of rpm's database, each with the tags that catalogues read: <see cref="Captures.Rpm.RpmDatabase"/>.</summary>
    Rpm = 5,

    /// <summary>The licences that a copyright file of Debian's names, as text: <see cref="CopyrightFile"/>.</summary>
    License = 6,

    /// <summary>Nothing: the file is the memory of a program that crashed (an ELF core file).</summary>
    Core = 7,
}
