namespace ImageInsight.Tests.Fuzzing;

/// <summary>Something that reads hostile bytes. Not thread-safe.</summary>
internal interface IFuzzTarget
{
    /// <summary>
    /// Makes the case of this seed, reads it, checks what came out, and says how it ended: "read" or an error code.
    /// </summary>
    /// <exception cref="FuzzFailure">An invariant does not hold.</exception>
    string Run(ulong seed);

    /// <summary>The input of the case at hand, to keep when it fails.</summary>
    ReadOnlySpan<byte> Input { get; }
}
