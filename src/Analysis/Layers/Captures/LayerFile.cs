namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>A regular file of a layer as it comes by: all that is known of it before its body was read.</summary>
internal readonly ref struct LayerFile
{
    /// <param name="path">As the tar states it.</param>
    /// <param name="start">The first piece of the body.</param>
    public LayerFile(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> start)
    {
        Path = path;
        Size = size;
        Start = start;
        var slash = path.LastIndexOf((byte)'/');
        Name = path[(slash + 1)..];
        Folder = slash < 0 ? default : path[..slash];
    }

    public ReadOnlySpan<byte> Path { get; }

    public ReadOnlySpan<byte> Folder { get; }

    public ReadOnlySpan<byte> Name { get; }

    public long Size { get; }

    public ReadOnlySpan<byte> Start { get; }

    public bool IsNamed(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    /// <summary>
    /// Directly in such a folder, wherever that is: <c>lib/dpkg</c> is also in <c>./var/lib/dpkg</c>.
    /// </summary>
    public bool IsIn(ReadOnlySpan<byte> folder) => IsAt(Folder, folder);

    /// <summary>In any folder that is directly in such a one.</summary>
    public bool IsInOneOf(ReadOnlySpan<byte> parent) =>
        Folder.LastIndexOf((byte)'/') is var slash and > 0 && IsAt(Folder[..slash], parent);

    private static bool IsAt(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> tail) =>
        folder.EndsWith(tail) && (folder.Length == tail.Length || folder[folder.Length - tail.Length - 1] == (byte)'/');
}
