namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Looks at a body that is too big to be held while its pieces come by.</summary>
internal interface IBodyWindow
{
    void Append(ReadOnlySpan<byte> piece);

    /// <summary>After the last piece.</summary>
    /// <returns>What is kept; null when the body has nothing to say.</returns>
    byte[]? Keep();
}
