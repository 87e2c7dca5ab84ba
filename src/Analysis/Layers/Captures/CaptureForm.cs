namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What is made of the body of a wanted file.</summary>
/// <param name="Keep">What is kept of it; null for nothing.</param>
internal sealed record CaptureForm(CaptureKind Kind, KeepBody Keep)
{
    public static CaptureForm Body { get; } = new(CaptureKind.Body, (_, body) => body.ToArray());

    /// <summary>Through which a body over the cap is looked at, made for its size; null when it is then left out.</summary>
    public Func<long, IBodyWindow>? Window { get; init; }

    /// <summary>False when nobody misses a file that could not be kept.</summary>
    public bool SaysOmitted { get; init; } = true;

    /// <summary>True when a file of which nothing could be kept is broken: a database, not a program that has nothing to say.</summary>
    public bool SaysUnreadable { get; init; }
}

/// <param name="path">As the tar states it.</param>
/// <param name="body">From the start of its array; lent, so gone after the call.</param>
internal delegate byte[]? KeepBody(ReadOnlySpan<byte> path, ArraySegment<byte> body);

/// <summary>Sees all of a body that is not held whole, piece by piece.</summary>
internal interface IBodyWindow
{
    void Append(ReadOnlySpan<byte> piece);

    /// <summary>What is kept, after the last piece; null for nothing.</summary>
    byte[]? Keep();
}
