using System.Text;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>Where each file of an archive lies. Made from the headers alone.</summary>
internal sealed class ArchiveIndex
{
    private const int MaxLinks = 8;

    /// <summary>Of a file in the table, beside its name.</summary>
    private const int FileBytes = 100;

    private readonly Dictionary<string, Located> files = new(StringComparer.Ordinal);

    /// <param name="Sparse">Its holes are not in the tar, so it cannot be read where it lies.</param>
    private readonly record struct Located(long Offset, long Size, string? Link, bool Sparse = false);

    public int Count => files.Count;

    public IEnumerable<string> Names => files.Keys;

    public static ArchiveIndex Read(Stream file, AnalysisOptions options, WorkBudget work)
    {
        var index = new ArchiveIndex();
        long names = 0;
        var reader = new TarReader(new FileInput(file), options);
        try
        {
            while (reader.MoveNext())
            {
                if (index.files.Count == options.MaxArchiveFiles)
                    throw Caps.Exceeded(
                        $"The archive has more than {options.MaxArchiveFiles} files; image archives have few",
                        nameof(options.MaxArchiveFiles));
                var entry = reader.Entry;
                if (entry.Name.Length > options.MaxPathBytes || entry.LinkName.Length > options.MaxPathBytes)
                    throw Caps.Exceeded(
                        $"The record at offset {entry.Start} has a path of more than {options.MaxPathBytes} bytes",
                        nameof(options.MaxPathBytes));
                if ((names += entry.Name.Length + entry.LinkName.Length) > options.MaxNameBytes)
                    throw Caps.Exceeded(
                        $"The archive's names have more than {options.MaxNameBytes} bytes",
                        nameof(options.MaxNameBytes));
                var length = entry.Name.Length + entry.LinkName.Length;
                work.Spend(length);
                work.Hold(FileBytes + (length * sizeof(char)));
                var name = Normalize(Encoding.Latin1.GetString(entry.Name));
                // A later file of the same name replaces an earlier one, as when unpacking.
                if (entry.Kind == EntryKind.File)
                    index.files[name] = new Located(reader.BodyStart, entry.StoredSize, null, entry.Sparse);
                else if (entry.Kind == EntryKind.Symlink)
                    index.files[name] = new Located(0, 0, Join(name, Encoding.Latin1.GetString(entry.LinkName)));
                else if (entry.Kind == EntryKind.HardLink)
                    index.files[name] = new Located(0, 0, Normalize(Encoding.Latin1.GetString(entry.LinkName)));
            }
        }
        catch (ImageException e) when (e.Code == ImageErrors.LayerInvalid && index.files.Count == 0)
        {
            throw new ImageException(
                ImageErrors.NotATar,
                "The file is not a tar archive. Send what docker save or skopeo copy writes. " + e.Message, e);
        }
        catch (ImageException e) when (e.Code == ImageErrors.Truncated)
        {
            throw index.files.Count == 0 && file.Length < TarReader.BlockSize
                ? new ImageException(
                    ImageErrors.NotATar,
                    (file.Length == 0 ? "The archive is empty."
                        : $"The file is not a tar archive: it has {file.Length} bytes.")
                        + " Send what docker save or skopeo copy writes.", e)
                : new ImageException(
                    ImageErrors.Truncated,
                    "The archive is cut off; the upload or the command that wrote it stopped early. " + e.Message, e);
        }

        return index;
    }

    /// <summary>Follows links inside the archive; false when there is no such file.</summary>
    public bool TryFind(string name, out long offset, out long size)
    {
        // Names are kept as bytes, since a tar may hold any.
        name = Normalize(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name)));
        for (var hops = 0; hops <= MaxLinks && files.TryGetValue(name, out var at); hops++)
        {
            if (at.Sparse)
                throw new ImageException(
                    ImageErrors.Unsupported,
                    $"'{name}' is a sparse file of the archive. Write the archive again without tar --sparse.");
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
