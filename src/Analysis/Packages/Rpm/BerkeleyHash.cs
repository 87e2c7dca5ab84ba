using System.Buffers.Binary;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// The values of a Berkeley DB hash (libdb 5.3 src/dbinc/db_page.h), rpm's Packages until 2020. Page 0 has the magic at
/// 12, the page size at 20 and the last page at 32, in the byte order of the machine that wrote it. Every page: next
/// page at 16, items at 20, free space
/// (or bytes on an overflow page) at 22, type at 25, from 26 on the items' places: key, value, key, value, each from
/// its place to the one before. An item of type 1 has its bytes, one of type 3 the first page of an overflow chain and
/// its length.
/// </summary>
internal static class BerkeleyHash
{
    private const uint Magic = 0x061561;

    private const int PageHeader = 26;

    private const int HashPage = 13, UnsortedHashPage = 2, OverflowPage = 7;

    private const int InPage = 1, OffPage = 3;

    public static bool IsDatabase(ReadOnlySpan<byte> file) =>
        file.Length >= 512 && (U32(file[12..], true) == Magic || U32(file[12..], false) == Magic);

    public static bool ReadValues(ReadOnlyMemory<byte> file, WorkBudget work, BlobReader read)
    {
        var little = U32(file.Span[12..], true) == Magic;
        var size = (int)Math.Min(U32(file.Span[20..], little), 1 << 17);
        if (size is < 512 or > 1 << 16 || (size & (size - 1)) != 0)
            return false;
        var pages = new BerkeleyPages(file, size, little, work);
        for (var number = 1; number < pages.Count; number++)
        {
            var page = pages[number];
            if (page[25] is not (HashPage or UnsortedHashPage))
                continue;
            work.Spend(size);
            var items = Math.Min((int)U16(page[20..], little), (size - PageHeader) / 2);
            for (var i = 1; i < items; i += 2)
            {
                var (start, end) = (Place(page, i, little), Place(page, i - 1, little));
                if (start < PageHeader || end <= start || end > size)
                    continue;
                var item = page[start..end];
                if (item[0] == InPage && !read(file[((number * size) + start + 1)..((number * size) + end)]))
                    return true;
                if (item[0] == OffPage && item.Length >= 12
                    && pages.Chain(U32(item[4..], little), U32(item[8..], little)) is { } value && !read(value))
                    return true;
            }
        }

        return true;
    }

    private static int Place(ReadOnlySpan<byte> page, int item, bool little) =>
        U16(page[(PageHeader + (2 * item))..], little);

    private static ushort U16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint U32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    /// <summary>
    /// Each overflow page is in one chain, so a page that is met again ends it: no chain is longer than the file, nor
    /// all together.
    /// </summary>
    private sealed class BerkeleyPages(ReadOnlyMemory<byte> file, int size, bool little, WorkBudget work)
    {
        private readonly HashSet<uint> seen = [];

        public int Count => file.Length / size;

        public ReadOnlySpan<byte> this[int number] => file.Span.Slice(number * size, size);

        public byte[]? Chain(uint number, uint length)
        {
            if (length > RpmDatabase.MaxBlobBytes)
                return null;
            // Grows as pages are found: a length that nothing stands behind costs nothing.
            var value = new MemoryStream();
            while (value.Length < length)
            {
                if (number == 0 || number >= Count || !seen.Add(number))
                    return null;
                work.Spend(size);
                var page = this[(int)number];
                var taken = (int)Math.Min(U16(page[22..], little), length - value.Length);
                if (page[25] != OverflowPage || taken == 0 || taken > size - PageHeader)
                    return null;
                value.Write(page.Slice(PageHeader, taken));
                number = U32(page[16..], little);
            }

            return value.ToArray();
        }
    }
}
