using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>A node as people and programs see it.</summary>
/// <param name="Node">Its number in the tree.</param>
/// <param name="Path">Absolute; bytes that are not UTF-8 as %XX (see PathText).</param>
/// <param name="Layer">Index of the layer whose entry stands there.</param>
/// <param name="Wasted">True in the view of one layer when a later layer hides what this layer put there.</param>
/// <param name="HasChildren">True when something can be seen below it.</param>
public sealed record NodeSummary(
    int Node, string Path, string Name, EntryKind Kind, NodeSizes Sizes, int Layer, bool Wasted, bool HasChildren);
