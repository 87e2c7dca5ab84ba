namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Wants files for how they begin. Asked for every file that no name is wanted of, so it must say no quickly.</summary>
internal interface IContentRule
{
    /// <param name="path">As the tar states it.</param>
    /// <param name="first">The first piece of the body.</param>
    WantedContent? Find(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> first);
}

/// <param name="MaxBytes">Held whole up to here; 0 when that the file is there says all.</param>
internal sealed record WantedContent(CaptureForm Form, int MaxBytes);
