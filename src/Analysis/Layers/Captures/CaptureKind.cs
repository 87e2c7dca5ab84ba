namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What was kept of a file. The number is stored; each is said once, by whoever wants the file.</summary>
public readonly record struct CaptureKind(byte Number)
{
    /// <summary>The body as it was.</summary>
    public static CaptureKind Body { get; } = new(0);

    /// <summary>
    /// Nothing: it is bigger than the cap, broken, or the layer's or the image's budget was spent. Known to have been wanted.
    /// </summary>
    public static CaptureKind Omitted { get; } = new(1);
}
