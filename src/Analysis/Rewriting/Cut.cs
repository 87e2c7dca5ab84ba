namespace ImageInsight.Analysis.Rewriting;

/// <summary>Bytes of a layer's tar that are left out, and what stands in their place.</summary>
/// <param name="Start">Where the record begins, extension headers included.</param>
/// <param name="End">Behind its body and padding.</param>
internal readonly record struct Cut(long Start, long End, byte[] Instead);
