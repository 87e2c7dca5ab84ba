namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Files that somebody wants of every layer, and what is kept of each. One instance serves all layers at the same time.
/// </summary>
/// <param name="kind">Stored: a number of its own, and never another one.</param>
internal abstract class WantedFile(CaptureKind kind)
{
    /// <summary>Of bytes that are copied, or searched for a word: as fast as that.</summary>
    protected const int BytesPerStep = 64;

    public CaptureKind KeptAs => kind;

    /// <summary>What their names end in; only these are asked about.</summary>
    public virtual IReadOnlyList<string> NameEnds => [];

    /// <summary>What their folders end in, where a name tells nothing.</summary>
    public virtual IReadOnlyList<string> FolderEnds => [];

    /// <summary>What their bodies begin with, whatever their names; with a byte that few bodies begin with.</summary>
    public virtual IReadOnlyList<byte[]> BodyStarts => [];

    /// <summary>
    /// What bodies begin with that may be one of them by another name only: stores of package managers (pnpm, ostree)
    /// name files by their content, and a hard link of the same layer says what they are.
    /// </summary>
    public virtual IReadOnlyList<byte[]> LinkedStarts => [];

    /// <summary>The most bytes of such a body to hold until the layer has ended.</summary>
    public virtual int LinkedLimit => 1 << 20;

    /// <summary>Whether it is one: asked when its body begins so.</summary>
    public virtual bool IsLikeOne(ReadOnlySpan<byte> start) => true;

    /// <summary>Whether it is one of them: asked when its name or folder ends so, or its body begins so.</summary>
    /// <returns>The most bytes of a body to hold; 0 when it is none.</returns>
    public abstract int Limit(in LayerFile file);

    /// <summary>How to look at a body beyond the limit; null to leave it out.</summary>
    public virtual IBodyWindow? OpenWindow(long size, WorkBudget work) => null;

    /// <summary>The body itself, where it is not told otherwise.</summary>
    /// <param name="path">As the tar states it.</param>
    /// <param name="buffer">Holds the body, and may be longer.</param>
    /// <returns>Null when the body has nothing to say.</returns>
    public virtual byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work)
    {
        work.Spend((length / BytesPerStep) + 1);
        return buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>Whether a file that is left out is known to be missing.</summary>
    public virtual bool NotesOmitted => true;

    /// <summary>Whether one that has nothing to say is, too.</summary>
    public virtual bool NotesUnreadable => false;
}
