using System.Text;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Tar;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>Where each file of an archive lies. Made from the headers alone.</summary>
internal sealed class ArchiveIndex
{
    private const int MaxLinks = 8;

    private readonly Dictionary<string, Located> files = new(StringComparer.Ordinal);

    private readonly record struct Located(long Offset, long Size, string? Link);

    public int Count => files.Count;

    public IEnumerable<string> Names => files.Keys;

    public static ArchiveIndex Read(Stream file, AnalysisOptions options, CancellationToken cancellationToken)
    {
        var index = new ArchiveIndex();
        long names = 0;
        var reader = new TarReader(new FileInput(file), options);
        try
        {
            while (reader.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (index.files.Count == options.MaxArchiveFiles)
                    throw Caps.Exceeded($"The archive has more than {options.MaxArchiveFiles} files; image archives have few", nameof(options.MaxArchiveFiles));
                var entry = reader.Entry;
                if (entry.Name.Length > options.MaxPathBytes || entry.LinkName.Length > options.MaxPathBytes)
                    throw Caps.Exceeded($"The archive's record at offset {entry.Start} has a path of more than {options.MaxPathBytes} bytes", nameof(options.MaxPathBytes));
                if ((names += entry.Name.Length + entry.LinkName.Length) > options.MaxNameBytes)
                    throw Caps.Exceeded($"The archive's names have more than {options.MaxNameBytes} bytes", nameof(options.MaxNameBytes));
                var name = Normalize(Encoding.Latin1.GetString(entry.Name));
                // A later file of the same name replaces an earlier one, as when unpacking.
                if (entry.Kind == EntryKind.File)
                    index.files[name] = new Located(reader.BodyStart, entry.StoredSize, null);
                else if (entry.Kind == EntryKind.Symlink)
                    index.files[name] = new Located(0, 0, Join(name, Encoding.Latin1.GetString(entry.LinkName)));
                else if (entry.Kind == EntryKind.HardLink)
                    index.files[name] = new Located(0, 0, Normalize(Encoding.Latin1.GetString(entry.LinkName)));
            }
        }
        catch (ImageException e) when (e.Code == ImageErrors.LayerInvalid && index.files.Count == 0)
        {
            throw new ImageException(
                ImageErrors.NotATar, "The file is not a tar archive. Send what `docker save` or `skopeo copy` writes. " + e.Message, e);
        }
        catch (ImageException e) when (e.Code == ImageErrors.Truncated)
        {
            throw index.files.Count == 0 && file.Length < TarReader.BlockSize
                ? new ImageException(
                    ImageErrors.NotATar, $"The file is not a tar archive: it has {file.Length} bytes. Send what `docker save` or `skopeo copy` writes.", e)
                : new ImageException(
                    ImageErrors.Truncated, "The archive is cut off; the upload or the command that wrote it stopped early. " + e.Message, e);
        }

        return index;
    }

    /// <summary>Follows links inside the archive; false when there is no such file.</summary>
    public bool TryFind(string name, out long offset, out long size)
    {
        name = Normalize(name);
        for (var hops = 0; hops <= MaxLinks && files.TryGetValue(name, out var at); hops++)
        {
            if (at.Link is null)
            {
                (offset, size) = (at.Offset, at.Size);
                return true;
            }

            name = at.Link;
        }

        (offset, size) = (0, 0);
        return false;
    }

    private static string Join(string from, string target)
    {
        if (target.StartsWith('/'))
            return Normalize(target);
        var slash = from.LastIndexOf('/');
        return Normalize(slash < 0 ? target : from[..slash] + "/" + target);
    }

    private static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part != ".")
                parts.Add(part);
        return string.Join('/', parts);
    }
}

/// <summary>A part of the archive's file as a stream; several may be read at the same time.</summary>
internal sealed class FileSlice(SafeFileHandle file, long offset, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => position; set => position = value; }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - position);
        if (count <= 0)
            return 0;
        var read = RandomAccess.Read(file, buffer[..count], offset + position);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
