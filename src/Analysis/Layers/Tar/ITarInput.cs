namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>Where a <see cref="TarReader"/> takes its bytes from. Spans stay valid until the next call.</summary>
internal interface ITarInput
{
    /// <summary>Offset of the next byte in the uncompressed tar.</summary>
    long Position { get; }

    /// <summary>
    /// The next 512 bytes without taking them. Shorter only when the input ends first, empty at its end.
    /// </summary>
    ReadOnlySpan<byte> PeekBlock();

    /// <summary>Takes up to <paramref name="max"/> bytes, at least one unless the input has ended.</summary>
    ReadOnlySpan<byte> Take(long max);

    /// <summary>Takes and forgets; false when the input ends first.</summary>
    bool Skip(long bytes);
}
