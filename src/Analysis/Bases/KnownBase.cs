using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Bases;

/// <summary>
/// An image that was analysed before and whose whole stack of layers lies at the bottom of another one's.
/// </summary>
/// <param name="Name">A tag, when it had one.</param>
/// <param name="StatedName">What it declares as its own base: a label is inherited, and then says nothing of the image
/// above.</param>
public sealed record KnownBase(string? Name, int Layers, IReadOnlyList<HistoryEntry> History, string? StatedName);
