namespace ImageInsight.Analysis.Packages.Lists;

/// <summary>
/// The lines of a file, one after the other and as bytes: of a database of 64 MB the text would take 128, and its lines
/// as much again.
/// </summary>
internal struct ByteLines
{
    /// <summary>Whatever is kept of a line is made of its bytes.</summary>
    private const int StepsPerByte = 2;

    /// <summary>Null for a file that is not there: it has no lines.</summary>
    private readonly byte[]? bytes;
    private int at;

    public ByteLines(byte[] bytes, WorkBudget work)
    {
        work.Spend((long)bytes.Length * StepsPerByte);
        this.bytes = bytes;
    }

    /// <summary>Without its end; the last one, which nothing ends, may be empty.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (bytes is null || at > bytes.Length)
            return false;
        var rest = bytes.AsSpan(at);
        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        at += line.Length + 1;
        return true;
    }
}
