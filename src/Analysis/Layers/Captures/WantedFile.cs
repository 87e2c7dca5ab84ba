namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Files that somebody reads, told from the path alone.</summary>
/// <param name="Name"><c>status</c>; <c>*.list</c> for all names that end so; <c>*</c> for every name.</param>
/// <param name="In">Which folders they lie in; see <see cref="Folder"/>.</param>
/// <param name="MaxBytes">A bigger one is left out.</param>
internal sealed record WantedFile(string Name, FolderTest In, int MaxBytes)
{
    public CaptureForm Form { get; init; } = CaptureForm.Body;
}

/// <param name="folder">As the tar states it, without the slash at its end; empty for the root.</param>
internal delegate bool FolderTest(ReadOnlySpan<byte> folder);
