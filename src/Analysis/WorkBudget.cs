namespace ImageInsight.Analysis;

/// <summary>
/// What one analysis may still do and hold, whatever its image is made of. All that takes part shares one, from all
/// threads: whoever does work that the input can make long states it, and so obeys a stop, too.
/// </summary>
public sealed class WorkBudget(AnalysisOptions options, CancellationToken cancellationToken)
{
    private long steps;
    private long bytes;

    public CancellationToken Token => cancellationToken;

    internal AnalysisOptions Options => options;

    /// <summary>Spent so far.</summary>
    public long Steps => Interlocked.Read(ref steps);

    /// <summary>Held now.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>
    /// States work before it is done: a byte looked at, a record, a path or a pair compared is a step.
    /// </summary>
    /// <remarks>Cheap, and not free: in a loop over the bytes of a file it is called once for the file.</remarks>
    /// <exception cref="ImageException">It is more than <see cref="AnalysisOptions.MaxWork"/>.</exception>
    /// <exception cref="OperationCanceledException">The analysis is to stop.</exception>
    public void Spend(long count)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Add(ref steps, count) > options.MaxWork || count < 0)
            throw Caps.Exceeded(
                $"Reading what is in the image takes more than {options.MaxWork} steps", nameof(options.MaxWork));
    }

    /// <summary>States memory before it is taken, for as long as the analysis or until <see cref="Release"/>.</summary>
    /// <exception cref="ImageException">It is more than <see cref="AnalysisOptions.MaxHeldBytes"/>.</exception>
    public void Hold(long count)
    {
        if (TryHold(count))
            return;
        throw Caps.Exceeded(
            $"What is read of the image takes more than {options.MaxHeldBytes} bytes of memory",
            nameof(options.MaxHeldBytes));
    }

    /// <returns>False, and nothing is held, when there is no room: for what can be left out.</returns>
    public bool TryHold(long count)
    {
        if (count >= 0 && Interlocked.Add(ref bytes, count) <= options.MaxHeldBytes)
            return true;
        Interlocked.Add(ref bytes, -Math.Max(count, 0));
        return false;
    }

    public void Release(long count) => Interlocked.Add(ref bytes, -count);
}
