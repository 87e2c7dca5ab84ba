using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Spool;

/// <summary>
/// The files of the spool. Several processes may share it, so nothing about them is remembered: what lies there counts.
/// </summary>
internal sealed class SpoolFiles(InsightSettings settings, TimeProvider time)
{
    /// <summary>An upload that is whole.</summary>
    public const string Upload = ".tar";

    /// <summary>Arrives in one request; its file is held open by it.</summary>
    public const string Part = ".part";

    /// <summary>Arrives in one request or several; between them nobody holds its file.</summary>
    public const string Unfinished = ".push";

    /// <summary>A blob that is whole.</summary>
    public const string Blob = ".blob";

    /// <summary>A disk of less than ten times as much keeps a tenth.</summary>
    private const long StandardMinFree = 1L << 30;

    /// <summary>Between making a file and locking it lies an instant; this is far longer.</summary>
    private static readonly TimeSpan PartAge = TimeSpan.FromSeconds(10);

    /// <summary>Between two chunks of a push lies a round trip; one that is silent for longer may be dropped.</summary>
    private static readonly TimeSpan IdleAge = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Between the last byte and the row in the database lie milliseconds; a database that is away makes them more.
    /// </summary>
    private static readonly TimeSpan UnknownAge = TimeSpan.FromHours(1);

    public string PathOf(string spoolName) => Path.Combine(settings.SpoolDirectory, spoolName);

    public SpoolUse Measure()
    {
        long uploads = 0, blobs = 0, arriving = 0;
        foreach (var file in All())
            if (file.Name.EndsWith(Upload, StringComparison.Ordinal))
                uploads += LengthOf(file);
            else if (file.Name.EndsWith(Blob, StringComparison.Ordinal))
                blobs += LengthOf(file);
            else
                arriving += LengthOf(file);
        var disk = new DriveInfo(settings.SpoolDirectory);
        var least = settings.MinFreeBytes ?? Math.Min(StandardMinFree, disk.TotalSize / 10);
        return new SpoolUse(uploads, blobs, arriving, settings.SpoolBudgetBytes, disk.AvailableFreeSpace - least);
    }

    public int CountUnfinished() => AllUnfinished().Count();

    /// <summary>Unfinished pushes that are silent, the longest silent first, until so much is free.</summary>
    public void DropIdle(long bytes, int count)
    {
        var latest = time.GetUtcNow().UtcDateTime - IdleAge;
        foreach (var file in AllUnfinished().Where(f => f.LastWriteTimeUtc < latest).OrderBy(f => f.LastWriteTimeUtc))
        {
            if (bytes <= 0 && count <= 0)
                return;
            var length = LengthOf(file);
            if (!TryDelete(file.FullName))
                continue;
            bytes -= length;
            count--;
        }
    }

    /// <summary>
    /// Removes what a process that was killed left behind: parts that nobody holds open, and files that no upload
    /// refers to.
    /// </summary>
    /// <param name="kept">Asked for before this is called; a file may be newer and only on its way into the
    /// database.</param>
    public void Sweep(IReadOnlyCollection<string> kept)
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var file in All())
        {
            var age = now - file.LastWriteTimeUtc;
            if (file.Name.EndsWith(Part, StringComparison.Ordinal) ? age > PartAge
                : age > UnknownAge && !kept.Contains(file.Name))
                TryDelete(file.FullName);
        }
    }

    /// <summary>
    /// Deletes a file that nobody holds open. Writers exclude others, and their lock ends with their process; the age
    /// alone would cut off a silent pipe, which then went on writing to a file that nobody sees.
    /// </summary>
    public static bool TryDelete(string path)
    {
        try
        {
            new FileStream(
                path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose)
                .Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>It may have been renamed, or be gone, since it was listed.</summary>
    private static long LengthOf(FileInfo file) => file.Exists ? file.Length : 0;

    private IEnumerable<FileInfo> All() => new DirectoryInfo(settings.SpoolDirectory).EnumerateFiles();

    private IEnumerable<FileInfo> AllUnfinished() =>
        new DirectoryInfo(settings.SpoolDirectory).EnumerateFiles("*" + Unfinished);
}
