using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Bases;

/// <summary>The image that FROM named, as far as it is known: its layers are not this Dockerfile's.</summary>
/// <param name="Layers">How many of the lowest layers; 0 when it is not known, or when there is no base.</param>
/// <param name="Name">A whole reference where somebody stated one (docker.io/library/debian:12), else what it holds
/// (Debian 12).</param>
/// <param name="Digest">Of its manifest or index, where that was stated.</param>
/// <param name="Evidence">Where this is known from, for a person.</param>
/// <param name="Confidence">Of the best source; the number of layers may come from another one, which the evidence
/// says.</param>
public sealed record BaseImage(int Layers, string? Name, string? Digest, string Evidence, BaseConfidence Confidence)
{
    public static BaseImage Unknown { get; } = new(
        0, null, null, "nothing in the image says what its base is", BaseConfidence.None);

    /// <summary>
    /// The chain of parents, the lowest first; the last one is the base itself. Empty when no layers are known to be
    /// the base's.
    /// </summary>
    public IReadOnlyList<BaseStep> Steps { get; init; } = [];

    /// <summary>
    /// What bases have in common that could stand for each other: node-20, debian-12. Null when it is not known.
    /// </summary>
    public string? Family { get; init; }

    /// <summary>Of an image of which only the history is kept.</summary>
    public static BaseImage FromHistory(IReadOnlyList<HistoryEntry> history) => BaseLadder.Find(history, [], [], null);

    public bool Has(int? layer) => layer < Layers;
}

/// <summary>One image of the chain of parents.</summary>
/// <param name="Layers">How many of the lowest layers it has, its own parents' included.</param>
public sealed record BaseStep(int Layers, string? Name, string Evidence);

public enum BaseConfidence : byte
{
    None = 0,

    /// <summary>The times between instructions, or os-release alone.</summary>
    Guessed = 1,

    /// <summary>Instructions that end one Dockerfile while others follow.</summary>
    History = 2,

    /// <summary>An image that this service analysed has exactly these layers and this history.</summary>
    KnownImage = 3,

    /// <summary>The builder's own record of what it pulled.</summary>
    Provenance = 4,

    /// <summary>An annotation or a label says it.</summary>
    Declared = 5,
}
