using System.Buffers.Binary;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// Reads the blobs of one table of an SQLite file (https://www.sqlite.org/fileformat2.html). Ours rather than SQLite
/// itself: the file is hostile and SQLite is C, it is in memory, and of the format this needs two kinds of pages.
/// Changes that are still in a write-ahead log beside the file are not seen; rpm leaves none when it ends.
/// </summary>
internal sealed class SqliteTable
{
    private const int TableInterior = 5, TableLeaf = 13;

    /// <summary>More than a table of 2^64 rows has.</summary>
    private const int MaxDepth = 20;

    private readonly ReadOnlyMemory<byte> file;
    private readonly int pageBytes;
    private readonly int usable;

    /// <summary>
    /// Each page is in one tree or one chain: one that is met again ends the way to it, so nothing is read twice.
    /// </summary>
    private readonly HashSet<uint> seen = [];

    private readonly WorkBudget work;

    /// <summary>Rows do not overlap, so together they are no more than the file.</summary>
    private long left;

    private SqliteTable(ReadOnlyMemory<byte> file, int pageBytes, int reserved, WorkBudget work)
    {
        this.file = file;
        this.work = work;
        left = file.Length;
        this.pageBytes = pageBytes;
        usable = pageBytes - reserved;
    }

    public static bool IsDatabase(ReadOnlySpan<byte> file) =>
        file.Length >= 512 && file.StartsWith("SQLite format 3\0"u8);

    /// <returns>False when there is no such table.</returns>
    public static bool ReadBlobs(ReadOnlyMemory<byte> file, string table, WorkBudget work, BlobReader read)
    {
        var size = BinaryPrimitives.ReadUInt16BigEndian(file.Span[16..]);
        var pageBytes = size == 1 ? 1 << 16 : size;
        // The format itself asks for 480 bytes that can be used.
        if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) != 0 || file.Length < pageBytes
            || pageBytes - file.Span[20] < 480)
            return false;
        var reader = new SqliteTable(file, pageBytes, file.Span[20], work);
        uint root = 0;
        reader.Walk(1, 0, row =>
        {
            root = SqliteRecord.RootOf(row.Span, table);
            return root == 0;
        });
        if (root < 2)
            return false;
        reader.Walk(root, 0, row => SqliteRecord.Blob(row) is not { Length: > 0 } blob || read(blob));
        return true;
    }

    /// <summary>
    /// A leaf's cells are payload length, row number and payload; an interior page's are a page and the greatest row
    /// number in it.
    /// </summary>
    private bool Walk(uint number, int depth, BlobReader read)
    {
        if (depth > MaxDepth || !TryPage(number, out var page))
            return true;
        var header = number == 1 ? 100 : 0;
        var kind = page[header];
        if (kind is not (TableInterior or TableLeaf))
            return true;
        var cells = page[(header + (kind == TableLeaf ? 8 : 12))..];
        var count = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(page[(header + 3)..]), cells.Length / 2);
        for (var i = 0; i < count; i++)
        {
            var at = BinaryPrimitives.ReadUInt16BigEndian(cells[(2 * i)..]);
            if (at > usable - 4)
                continue;
            if (kind == TableLeaf ? !Leaf(file.Slice(((int)number - 1) * pageBytes, usable)[at..], read)
                : !Walk(BinaryPrimitives.ReadUInt32BigEndian(page[at..]), depth + 1, read))
                return false;
        }

        return kind == TableLeaf || Walk(BinaryPrimitives.ReadUInt32BigEndian(page[(header + 8)..]), depth + 1, read);
    }

    private bool Leaf(ReadOnlyMemory<byte> memory, BlobReader read)
    {
        var cell = memory.Span;
        var at = 0;
        if (!SqliteRecord.TryNumber(cell, ref at, out var stated) || !SqliteRecord.TryNumber(cell, ref at, out _)
            || stated > RpmDatabase.MaxBlobBytes)
            return true;
        var length = (int)stated;
        var here = Local(length);
        if (here > cell.Length - at)
            return true;
        if (here == length)
            return Row(memory.Slice(at, here), read);
        if (cell.Length - at - here < 4)
            return true;
        return Chain(cell.Slice(at, here), BinaryPrimitives.ReadUInt32BigEndian(cell[(at + here)..]), length) is not
        {
        } whole || Row(whole, read);
    }

    private bool Row(ReadOnlyMemory<byte> row, BlobReader read)
    {
        work.Spend(row.Length);
        left -= row.Length;
        return left >= 0 && read(row);
    }

    /// <summary>
    /// How much of a payload is in its page (section 1.6 of the format); the rest is in a chain of overflow pages.
    /// </summary>
    private int Local(int length)
    {
        if (length <= usable - 35)
            return length;
        var least = ((usable - 12) * 32 / 255) - 23;
        var fitting = least + ((length - least) % (usable - 4));
        return fitting <= usable - 35 ? fitting : least;
    }

    /// <summary>An overflow page is the number of the next one and bytes.</summary>
    private byte[]? Chain(ReadOnlySpan<byte> start, uint number, int length)
    {
        // Grows as pages are found: a length that nothing stands behind costs nothing.
        MemoryStream? whole = null;
        while (whole is null || whole.Length < length)
        {
            if (!TryPage(number, out var page))
                return null;
            if (whole is null)
            {
                whole = new MemoryStream();
                whole.Write(start);
            }

            whole.Write(page[4..Math.Min(usable, 4 + length - (int)whole.Length)]);
            number = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return whole.ToArray();
    }

    private bool TryPage(uint number, out ReadOnlySpan<byte> page)
    {
        page = default;
        if (number == 0 || number > file.Length / pageBytes || !seen.Add(number))
            return false;
        work.Spend(pageBytes);
        page = file.Span.Slice((int)(number - 1) * pageBytes, pageBytes);
        return true;
    }
}
