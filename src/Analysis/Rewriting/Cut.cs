namespace ImageInsight.Analysis.Rewriting;

/// <summary>Bytes of a layer's tar that are left out, and what stands in their place.</summary>
/// <param name="Start">Where they begin; a record's extension headers belong to it, global ones among them do
/// not.</param>
/// <param name="End">Behind the last of them, padding included.</param>
internal readonly record struct Cut(long Start, long End, byte[] Instead);
