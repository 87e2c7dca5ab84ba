using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>A part of the archive's file as a stream; several may be read at the same time.</summary>
internal sealed class FileSlice(SafeFileHandle file, long offset, long length) : SliceStream(offset, length)
{
    protected override int ReadAt(Span<byte> buffer, long at) => RandomAccess.Read(file, buffer, at);
}
