namespace ImageInsight.Analysis.Layers;

/// <summary>
/// A list that grows without copying what it has: a million entries would otherwise be held twice while it doubles.
/// </summary>
internal sealed class Chunks<T>
    where T : struct
{
    private const int Shift = 12;
    private const int Size = 1 << Shift;

    private T[][] chunks = [[]];

    public int Count { get; private set; }

    public int Capacity =>
        ((Math.Max(1, (Count + Size - 1) >> Shift) - 1) * Size) + (Count <= Size ? chunks[0].Length : Size);

    public ref readonly T this[int index] => ref chunks[index >> Shift][index & (Size - 1)];

    public void Add(in T item)
    {
        var chunk = Count >> Shift;
        if (chunk == 0 && Count == chunks[0].Length)
            // Most layers are small.
            Array.Resize(ref chunks[0], Math.Clamp(Count * 2, 16, Size));
        if (chunk == chunks.Length)
            Array.Resize(ref chunks, chunk * 2);
        (chunks[chunk] ??= new T[Size])[Count & (Size - 1)] = item;
        Count++;
    }
}
