namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What was kept of a file. The numbers are stored.</summary>
public enum CaptureKind : byte
{
    /// <summary>The body as it was.</summary>
    Body = 0,

    /// <summary>Nothing: it is bigger than the cap, or the image's budget was spent. Known to have been wanted.</summary>
    Omitted = 1,

    /// <summary><see cref="ElfFacts"/> of a program or library.</summary>
    Elf = 2,

    /// <summary><see cref="JarFacts"/> of a Java archive.</summary>
    Jar = 3,
}
