namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>Takes one value of a database.</summary>
/// <returns>False when enough was read.</returns>
internal delegate bool BlobReader(ReadOnlyMemory<byte> blob);
