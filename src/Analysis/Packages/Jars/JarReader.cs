using System.Text;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>Looks for what one Java archive says of itself, and the archives in it of themselves.</summary>
internal sealed class JarReader(WorkBudget work)
{
    /// <summary>An application in a war in an ear.</summary>
    private const int MaxDepth = 3;

    private const int MaxModules = 10_000;

    private const int MaxDocumentBytes = 256 << 10;

    private const int MaxNestedBytes = 64 << 20;

    /// <summary>Unpacked in all for one file: nested archives are mostly stored, and then cost nothing.</summary>
    private const long MaxUnpackedBytes = 256L << 20;

    /// <summary>More is not a path that Linux could open.</summary>
    private const int MaxName = 4096;

    /// <summary>Of a module, beside its texts.</summary>
    private const int BytesEach = 400;

    private readonly List<JarModule> modules = [];

    /// <summary>Archives in it that say nothing, as they cannot be read.</summary>
    public int Omitted { get; private set; }

    private long budget = MaxUnpackedBytes;
    private long held;

    /// <returns>Null when it is no archive.</returns>
    public List<JarModule>? Read(ReadOnlyMemory<byte> file)
    {
        var isOne = Read(file, "", 0);
        work.Release(held);
        return isOne ? modules : null;
    }

    private bool Read(ReadOnlyMemory<byte> file, string place, int depth)
    {
        var poms = new List<JarPom>();
        string? manifest = null;
        var zip = ZipDirectory.Open(file, work);
        while (zip?.TryNext() == true)
        {
            var name = zip.Name;
            if (Ascii.EqualsIgnoreCase(name, "META-INF/MANIFEST.MF"u8))
            {
                if (Document(zip) is { } text)
                    manifest = Encoding.UTF8.GetString(text.Span);
            }
            else if (name.StartsWith("META-INF/maven/"u8) && name.EndsWith("/pom.properties"u8))
            {
                if (poms.Count < MaxModules && Document(zip) is { } text && JarPom.Parse(text.Span) is { } pom)
                    poms.Add(Hold(pom));
            }
            else if (IsArchive(name)
                && (depth == MaxDepth || modules.Count >= MaxModules
                    || !Nested(zip, place + Encoding.UTF8.GetString(name), depth + 1)))
            {
                Omitted++;
            }
        }

        if (modules.Count < MaxModules && (manifest is not null || poms.Count > 0))
            modules.Add(Hold(JarModule.Parse(place, manifest, poms)));
        return zip is not null;
    }

    private ReadOnlyMemory<byte>? Document(ZipDirectory zip)
    {
        if (zip.Length > Math.Min(MaxDocumentBytes, budget) || zip.Unpack() is not { } text)
            return null;
        budget -= text.Length;
        return text;
    }

    /// <returns>False when it cannot be read, or is too big.</returns>
    private bool Nested(ZipDirectory zip, string place, int depth)
    {
        // What is stored lies in the archive around it and takes no memory.
        var memory = zip.IsStored ? 0 : zip.Length;
        if (zip.Length > Math.Min(MaxNestedBytes, budget) || !work.TryHold(memory))
            return false;
        var isRead = false;
        if (zip.Unpack() is { } bytes)
        {
            budget -= bytes.Length;
            isRead = Read(bytes, place + "!/", depth);
        }
        else
        {
            budget -= memory;
        }

        work.Release(memory);
        return isRead;
    }

    private JarPom Hold(JarPom pom)
    {
        Hold(BytesEach / 4 + (2L * (pom.Group.Length + pom.Artifact.Length + pom.Version.Length)));
        return pom;
    }

    private JarModule Hold(JarModule module)
    {
        Hold(BytesEach + (2L * (module.Place.Length + module.Manifest.Sum(m => m.Key.Length + m.Value.Length))));
        return module;
    }

    private void Hold(long bytes)
    {
        work.Hold(bytes);
        held += bytes;
    }

    private static bool IsArchive(ReadOnlySpan<byte> name) =>
        name.Length is > 4 and <= MaxName && (Ascii.EqualsIgnoreCase(name[^4..], ".jar"u8)
            || Ascii.EqualsIgnoreCase(name[^4..], ".war"u8) || Ascii.EqualsIgnoreCase(name[^4..], ".hpi"u8));
}
