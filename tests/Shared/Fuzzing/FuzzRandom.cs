namespace ImageInsight.Tests.Fuzzing;

/// <summary>SplitMix64: one number makes a whole case again, on any machine and any version of .NET.</summary>
internal sealed class FuzzRandom
{
    private ulong state;

    public void Start(ulong seed) => state = seed;

    public ulong Next()
    {
        var z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>At least 0 and less than <paramref name="end"/>; 0 when that leaves nothing.</summary>
    public int Below(int end) => end <= 1 ? 0 : (int)(Next() % (uint)end);

    public bool OneIn(int times) => Below(times) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public byte Byte() => (byte)Next();
}
