using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages;

/// <summary>The files that an ecosystem wants of every layer, and who reads them when the layers are merged.</summary>
/// <param name="Catalogue">Null when only others' catalogues, or rules, read what is kept.</param>
internal sealed record Ecosystem(IPackageCatalogue? Catalogue, params IReadOnlyList<WantedFile> Files);
