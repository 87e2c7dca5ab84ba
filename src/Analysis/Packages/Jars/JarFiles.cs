using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>Java archives, and Jenkins' plugins, which are some.</summary>
internal static class JarFiles
{
    /// <summary>Applications with everything in one archive have 100 MB.</summary>
    private const int MaxBytes = 128 << 20;

    private static readonly CaptureForm Form = new(Kind, (_, body) => JarFacts.Read(body.Array!, body.Count)?.Write());

    /// <summary><see cref="JarFacts"/> of a Java archive.</summary>
    public static CaptureKind Kind => new(3);

    public static IReadOnlyList<WantedFile> Wanted { get; } =
    [
        .. new[] { "*.jar", "*.war", "*.ear", "*.jpi", "*.hpi" }.Select(n => new WantedFile(n, Folder.Any, MaxBytes) { Form = Form }),
    ];
}
