using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ImageInsight.Tests.Hostile;

/// <summary>Package databases, programs and archives that are hard to read.</summary>
internal static class HostilePackages
{
    public static byte[] DpkgKeyRepeated() => HostileImages.OneFile(
        "var/lib/dpkg/status", [
            .. "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n"u8,
            .. HostileImages.Repeat("Depends: b\n", 4_000_000)
        ]);

    public static byte[] DpkgManyNeeds()
    {
        var names = string.Join(", ", Enumerable.Range(0, 400).Select(i => "p" + HostileImages.Number(i)));
        var status = new StringBuilder();
        for (var i = 0; i < 5_000; i++)
            status.Append("Package: p").Append(HostileImages.Number(i)).Append("\nStatus: install ok installed\n")
                .Append("Version: 1\nArchitecture: all\nDepends: ").Append(names).Append("\nProvides: ")
                .Append(names).Append("\n\n");
        return HostileImages.OneFile("var/lib/dpkg/status", Encoding.ASCII.GetBytes(status.ToString()));
    }

    public static byte[] ApkLongFolder() => HostileImages.OneFile(
        "lib/apk/db/installed", [
            .. "P:a\nV:1\nA:x\n"u8, .. Encoding.ASCII.GetBytes("F:" + new string('f', 1 << 20) + "\n"),
            .. HostileImages.Repeat("R:x\n", 2_000_000)
        ]);

    /// <summary>Every section lists needs, and each need's name has no end.</summary>
    public static byte[] ElfNeeds()
    {
        const int needs = 100_000, text = 8 << 20;
        var body = new byte[(needs * 16) + text];
        for (var i = 0; i < needs; i++)
            BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(i * 16), 1);
        body.AsSpan(needs * 16).Fill((byte)'a');
        return HostileImages.OneFile(
            "usr/bin/a",
            Elf(body, 9_000, i => i == 1 ? (3, "x", needs * 16, text) : (6, "x", 0, needs * 16), link: 1));
    }

    /// <summary>Every section is the same list of crates, of 8 MB.</summary>
    public static byte[] ElfCrates()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(HostileImages.Repeat("a", (8 << 20) + 1));
        return HostileImages.OneFile(
            "usr/bin/a", Elf(packed.ToArray(), 9_000, _ => (1, ".dep-v0", 0, (int)packed.Length), link: 0));
    }

    /// <summary>The same entry named by its central directory two million times.</summary>
    public static byte[] JarEntries()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("a");
        var one = zip.ToArray();
        // End of central directory: 22 bytes; size of the directory at 12, its place at 16.
        var end = one.AsSpan(one.Length - 22).ToArray();
        var place = BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(16));
        var entry = one[place..^22];
        var directory = HostileImages.Repeat(entry, 2_000_000);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), ushort.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), ushort.MaxValue);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), directory.Length);
        byte[] jar = [.. one[..place], .. directory, .. end];
        return HostileImages.OneFile("app/a.jar", jar);
    }

    /// <summary>A thousand applications that each need all of a thousand modules, which need each other.</summary>
    public static byte[] NpmClosures()
    {
        const int modules = 1_000;
        var all = string.Join(
            ',', Enumerable.Range(0, modules).Select(i => $"\"m{HostileImages.Number(i)}\":\"1\""));
        return new ArchiveBuilder().WithLayer(l =>
        {
            for (var i = 0; i < modules; i++)
            {
                var name = "m" + HostileImages.Number(i);
                l.File($"srv/node_modules/{name}/package.json", Encoding.ASCII.GetBytes(
                    $$"""{"name":"{{name}}","version":"1","dependencies":{ {{all}} } }"""));
                l.File($"srv/a{i}/package.json", Encoding.ASCII.GetBytes(
                    $$"""{"name":"a{{i}}","version":"1","dependencies":{ {{all}} },"devDependencies":{ {{all}} } }"""));
            }
        }).DockerArchive(ArchiveBuilder.Gzip);
    }

    /// <summary>ELF64, little-endian: a header, a body, names, and sections that <paramref name="section"/> places in
    /// the body.</summary>
    private static byte[] Elf(
        byte[] body, int sections, Func<int, (int Type, string Name, int Offset, int Size)> section, int link)
    {
        var names = Encoding.ASCII.GetBytes("\0x\0.dep-v0\0");
        var file = new byte[64 + body.Length + names.Length + (sections * 64)];
        "\u007fELF"u8.CopyTo(file);
        (file[4], file[5], file[6]) = (2, 1, 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(16), 2);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(40), 64 + body.Length + names.Length);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), (ushort)sections);
        body.CopyTo(file, 64);
        names.CopyTo(file, 64 + body.Length);
        for (var i = 0; i < sections; i++)
        {
            var at = file.AsSpan(64 + body.Length + names.Length + (i * 64));
            var (type, name, offset, size) = i == 0 ? (3, "x", body.Length, names.Length) : section(i);
            BinaryPrimitives.WriteInt32LittleEndian(at, name == "x" ? 1 : 3);
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], type);
            BinaryPrimitives.WriteInt64LittleEndian(at[24..], 64 + offset);
            BinaryPrimitives.WriteInt64LittleEndian(at[32..], size);
            BinaryPrimitives.WriteInt32LittleEndian(at[40..], link);
        }

        return file;
    }
}
