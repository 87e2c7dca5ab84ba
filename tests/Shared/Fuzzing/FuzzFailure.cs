namespace ImageInsight.Tests.Fuzzing;

/// <summary>A case that broke an invariant; the message says how to run it again.</summary>
internal sealed class FuzzFailure(string message, Exception? inner = null) : Exception(message, inner);
