using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Rpm;

namespace ImageInsight.Analysis.Tests.Packages;

/// <summary>
/// A real database of rpm, which writes SQLite. Its headers are also put into a Berkeley DB by libdb's own loader, and
/// into ndb's form by this test: Debian's rpm writes neither.
/// </summary>
public sealed class RpmPackageTests : IClassFixture<RpmPackageTests.Database>
{
    private readonly Database database;

    public RpmPackageTests(Database database)
    {
        this.database = database;
        Assert.SkipUnless(
            Database.CanBeMade,
            "No rpmbuild, rpm and db5.3_load (scripts/test.sh installs them), or not root, whom rpm's --root needs.");
    }

    public enum Form
    {
        Sqlite,
        Ndb,
        Berkeley,
    }

    [Theory]
    [InlineData(Form.Sqlite, "usr/lib/sysimage/rpm/rpmdb.sqlite")]
    [InlineData(Form.Ndb, "usr/lib/sysimage/rpm/Packages.db")]
    [InlineData(Form.Berkeley, "var/lib/rpm/Packages")]
    public async Task Packages_are_what_rpm_says(Form form, string path)
    {
        var file = await database.InAsync(form);
        var packages = await PackageTests.ReadAsync(
            l => l.File("etc/os-release", Encoding.UTF8.GetBytes("ID=fedora\nVERSION_ID=40\n"))
                .Symlink("bin", "usr/bin")
                .File("usr/share/tiny/a.txt", 5).File("usr/share/tiny/f17", 3).File("usr/share/doc/tiny/README", 900)
                .File("usr/bin/tinysh", 40).File(path, file),
            l => l.File("usr/share/tiny/a.txt", 5, uid: 3).File("usr/bin/other", 7));
        var byName = packages.ToDictionary(p => p.Name);
        Assert.Equal(["tiny", "tiny-extra"], byName.Keys.Order(StringComparer.Ordinal));
        var (tiny, extra) = (byName["tiny"], byName["tiny-extra"]);
        Assert.Equal(("2:1.0-3", "pkg:rpm/fedora/tiny@1.0-3?arch=noarch&distro=fedora-40&epoch=2", "/" + path),
            (tiny.Version, tiny.Purl, tiny.FoundAt));
        // The documentation was left out when it was installed, so what stands in its place is not the package's.
        Assert.Equal((8, 5, 2, 0), (tiny.DiskBytes, tiny.WastedBytes, tiny.Files, tiny.Layer));
        Assert.Equal((40, 1), (extra.DiskBytes, extra.Files));
        Assert.All(packages, p => Assert.Equal("MIT", p.License));
        // By the file that it needs, /bin/tinysh.
        Assert.Equal([extra.Purl], tiny.Dependencies);
        Assert.Null(tiny.OwnedBy);
    }

    [Fact]
    public async Task All_files_are_those_that_rpm_lists()
    {
        var headers = Headers(RpmDatabase.Keep(await database.InAsync(Form.Sqlite), Budgets.Default)!).ToList();
        foreach (var header in headers)
        {
            var listed = Database.Run(
                "rpm", "--root", database.Root, "--dbpath", "/var/lib/rpm", "-q", "--qf",
                "[%{FILESTATES} %{FILENAMES}\n]", header.One(RpmHeader.Name));
            var folders = header.Many(RpmHeader.DirectoryNames).ToList();
            Assert.Equal(
                listed.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                header.Many(RpmHeader.BaseNames).Select((n, i) =>
                    $"{header.Numbers(RpmHeader.FileStates)[i]} "
                        + $"{folders[header.Numbers(RpmHeader.DirectoryIndexes)[i]]}{n}"));
        }

        Assert.Equal(["(tiny-extra or tiny-other)", "/bin/tinysh"], headers.Single(h => h.One(RpmHeader.Name) == "tiny")
            .Many(RpmHeader.Requires).Where(r => !r.StartsWith("rpmlib", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
        Assert.Equal(["tiny-extra"], headers.SelectMany(h => h.Many(RpmHeader.Recommends)));
        Assert.Contains("tiny-thing", headers.SelectMany(h => h.Many(RpmHeader.Provides)));
    }

    [Fact]
    public async Task What_is_kept_is_a_part_and_says_the_same()
    {
        var file = await database.InAsync(Form.Sqlite);
        var kept = RpmDatabase.Keep(file, Budgets.Default)!;
        Assert.InRange(kept.Length, 1000, file.Length / 4);
        foreach (var form in (Form[])[Form.Ndb, Form.Berkeley])
            Assert.Equal(Names(kept), Names(RpmDatabase.Keep(await database.InAsync(form), Budgets.Default)!));

        static IEnumerable<string> Names(byte[] kept) => Headers(kept)
            .Select(h => string.Join(' ', h.Many(RpmHeader.BaseNames).Prepend(h.One(RpmHeader.Name))))
            .Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_broken_database_is_known_to_be_missing()
    {
        var file = await database.InAsync(Form.Sqlite);
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/rpm/rpmdb.sqlite", file[..600]).File("srv/rpm/Packages", 700)));
        Assert.All(result.Facts.Layers[0].Layer.Captures, c => Assert.Equal(CaptureKind.Omitted, c.Kind));
        Assert.Equal((0, 2), (result.Packages.All.Count, result.Packages.Omitted));
    }

    [Fact]
    public async Task The_layer_of_a_package_is_the_first_whose_database_has_it()
    {
        var one = await database.InAsync(Form.Ndb, "tiny-extra");
        var both = await database.InAsync(Form.Ndb);
        var packages = await PackageTests.ReadAsync(
            l => l.File("var/lib/rpm/Packages.db", one), l => l.File("x", 1),
            l => l.File("var/lib/rpm/Packages.db", both));
        Assert.Equal([("tiny", 2), ("tiny-extra", 0)], packages.Select(p => (p.Name, p.Layer)).Order());
    }

    [Fact]
    public async Task Images_without_rpm_have_a_list_of_its_packages()
    {
        var packages = await PackageTests.ReadAsync(l => l
            .File("etc/os-release", Encoding.UTF8.GetBytes("ID=mariner\nVERSION_ID=\"2.0\"\n"))
            .File("var/lib/rpmmanifest/container-manifest-2", Encoding.UTF8.GetBytes(
                "zlib\t1.2.12-1.cm2\t1653816591\t1653753130\tMicrosoft "
                    + "Corporation\t(none)\t120000\tx86_64\t0\tzlib-1.2.12-1.cm2.src.rpm\n"
                + "openssl\t1.1.1k-15.cm2\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t1\tx\nnot a package\n")));
        Assert.Equal(
            ["pkg:rpm/mariner/zlib@1.2.12-1.cm2?arch=x86_64&distro=mariner-2.0",
                "pkg:rpm/mariner/openssl@1.1.1k-15.cm2?arch=x86_64&distro=mariner-2.0&epoch=1"],
            packages.Select(p => p.Purl));
    }

    [Theory]
    [InlineData(Form.Sqlite)]
    [InlineData(Form.Ndb)]
    [InlineData(Form.Berkeley)]
    public async Task No_bytes_make_a_reader_throw_or_go_on_without_end(Form form)
    {
        var file = await database.InAsync(form);
        var random = new Random(5);
        var read = 0;
        for (var i = 0; i < 1500; i++)
        {
            var bytes = (byte[])file.Clone();
            for (var k = 0; k < 1 + (i % 20); k++)
            {
                // Where structure stands: the heads of pages, or anywhere in the whole.
                var at = i % 2 == 0 ? (random.Next(bytes.Length / 512) * 512) + random.Next(64)
                    : random.Next(bytes.Length);
                bytes[at] = (byte)(random.Next(3) switch
                {
                    0 => 0xff,
                    1 => random.Next(256),
                    _ => bytes[random.Next(bytes.Length)]
                });
            }

            var watch = Stopwatch.StartNew();
            var kept = RpmDatabase.Keep(
                bytes.AsMemory(0, i % 5 == 0 ? random.Next(bytes.Length + 1) : bytes.Length), Budgets.Default);
            Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
            read += Headers(kept ?? []).Count();
            if (kept is { Length: > 8 })
            {
                kept[random.Next(kept.Length)] ^= 0x41;
                foreach (var header in Headers(kept))
                    _ = header.Numbers(RpmHeader.FileStates).Count + header.Many(RpmHeader.BaseNames).Count();
            }
        }

        Assert.InRange(read, 100, 2 * 1500);
    }

    private static IEnumerable<RpmHeader> Headers(byte[] kept) => RpmDatabase.Headers(kept, Budgets.Default);

    public sealed class Database : IDisposable
    {
        private const string Spec = """
            Name: tiny
            Epoch: 2
            Version: 1.0
            Release: 3
            Summary: x
            License: MIT
            BuildArch: noarch
            Requires: /bin/tinysh
            Requires: (tiny-extra or tiny-other)
            Recommends: tiny-extra
            %description
            x
            %package extra
            Summary: y
            Provides: tiny-thing
            %description extra
            y
            %install
            mkdir -p %{buildroot}/usr/share/tiny %{buildroot}/bin %{buildroot}/usr/share/doc/tiny
            echo hello > %{buildroot}/usr/share/tiny/a.txt
            echo doc > %{buildroot}/usr/share/doc/tiny/README
            echo sh > %{buildroot}/bin/tinysh
            for i in $(seq 300); do echo $i > %{buildroot}/usr/share/tiny/f$i; done
            %files
            /usr/share/tiny
            %doc /usr/share/doc/tiny/README
            %files extra
            /bin/tinysh
            """;

        public static bool CanBeMade =>
            ((string[])["rpmbuild", "rpm", "db5.3_load"]).All(p => File.Exists("/usr/bin/" + p))
            && Environment.IsPrivilegedProcess;

        public Database()
        {
            if (!CanBeMade)
                return;
            var spec = Path.Combine(Folder, "tiny.spec");
            File.WriteAllText(spec, Spec);
            Run("rpmbuild", "-bb", "--quiet", "--define", $"_topdir {Folder}/top", spec);
            Directory.CreateDirectory(Root);
            Run("rpm", [
                "--root", Root, "--dbpath", "/var/lib/rpm", "--nodeps", "--noscripts", "--excludedocs", "-i",
                .. Directory.GetFiles(Path.Combine(Folder, "top", "RPMS", "noarch"), "*.rpm"),
            ]);
        }

        /// <summary>A file system of its own: nothing is installed on this machine.</summary>
        public string Root => Path.Combine(Folder, "root");

        public string Folder { get; } = Directory.CreateTempSubdirectory("insight-rpm").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        public async Task<byte[]> InAsync(Form form, string? only = null)
        {
            var file = await File.ReadAllBytesAsync(
                Path.Combine(Root, "var/lib/rpm/rpmdb.sqlite"), TestContext.Current.CancellationToken);
            if (form == Form.Sqlite)
                return file;
            var blobs = new List<byte[]>();
            SqliteTable.ReadBlobs(file, "Packages", Budgets.Default, blob =>
            {
                if (only is null || RpmHeader.Read(blob)!.One(RpmHeader.Name) == only)
                    blobs.Add(blob.ToArray());
                return true;
            });
            return form == Form.Ndb ? Ndb(blobs) : Berkeley(blobs);
        }

        internal static string Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(
                program, arguments)
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
            return text;
        }

        private static byte[] Ndb(List<byte[]> blobs)
        {
            var slots = new byte[4096];
            "RpmP"u8.CopyTo(slots);
            BinaryPrimitives.WriteInt32LittleEndian(slots.AsSpan(12), 1);
            for (var i = 32; i < 4096; i += 16)
                "Slot"u8.CopyTo(slots.AsSpan(i));
            using var file = new MemoryStream();
            file.Write(slots);
            for (var i = 0; i < blobs.Count; i++)
            {
                // The second slot was freed.
                var slot = slots.AsSpan(32 + (16 * (i == 0 ? 0 : i + 1)));
                BinaryPrimitives.WriteInt32LittleEndian(slot[4..], i + 1);
                BinaryPrimitives.WriteInt32LittleEndian(slot[8..], (int)file.Length / 16);
                var head = new byte[16];
                "BlbS"u8.CopyTo(head);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), i + 1);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), blobs[i].Length);
                file.Write(head);
                file.Write(blobs[i]);
                file.Write(new byte[12 + ((16 - ((blobs[i].Length + 12) % 16)) % 16)]);
            }

            file.Position = 0;
            file.Write(slots);
            return file.ToArray();
        }

        /// <summary>As rpm has it: the key is the package's number, and number 0 says which was the last.</summary>
        private byte[] Berkeley(List<byte[]> blobs)
        {
            var dump = new StringBuilder(
                "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n 00000000\n 02000000\n");
            for (var i = 0; i < blobs.Count; i++)
                dump.Append(' ').Append(Convert.ToHexStringLower(BitConverter.GetBytes(i + 1))).Append("\n ")
                    .Append(Convert.ToHexStringLower(blobs[i])).Append('\n');
            dump.Append("DATA=END\n");
            var (text, target) = (Path.Combine(Folder, "dump"), Path.Combine(Folder, "Packages"));
            File.Delete(target);
            File.WriteAllText(text, dump.ToString());
            Run("db5.3_load", "-f", text, target);
            return File.ReadAllBytes(target);
        }
    }
}
