namespace ImageInsight.Analysis.Instructions;

/// <summary>A line of the image's history.</summary>
/// <param name="Instruction">Cleaned to what a Dockerfile would say; empty when the history states none.</param>
/// <param name="Empty">True when the instruction made no layer.</param>
/// <param name="Layer">Index of its layer, or null when it made none or the history does not match the layers.</param>
public sealed record HistoryEntry(DateTime? Created, string Instruction, bool Empty, int? Layer)
{
    /// <summary>
    /// Variables on the line, build arguments included, that hold a secret by their name; the values are not kept. Null
    /// for none.
    /// </summary>
    public IReadOnlyList<string>? SecretNames { get; init; }

    /// <summary>
    /// Build arguments that a RUN was given, <c>NAME=value</c>; null for none. Secrets are masked as everywhere.
    /// </summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>
    /// The shell that ran a RUN, word by word, where no SHELL of the history says it; null where one does, or none is
    /// stated.
    /// </summary>
    public IReadOnlyList<string>? Shell { get; init; }
}
