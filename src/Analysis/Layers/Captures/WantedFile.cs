using ImageInsight.Analysis.Packages.Dpkg;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Which files catalogues ask for, told from the path alone. Every file of every layer comes by, so most leave at the first switch.</summary>
internal static class WantedFile
{
    /// <summary>dpkg's status of a big image has 3 MB, an rpm database 40.</summary>
    private const int DatabaseBytes = 64 << 20;

    /// <summary>The RECORD of the biggest wheels; an application's installed.json and deps.json.</summary>
    private const int ListBytes = 8 << 20;

    private const int DocumentBytes = 1 << 20;

    /// <summary>Applications with everything in one archive have 100 MB.</summary>
    private const int JarBytes = 128 << 20;

    /// <returns>The most bytes to keep, 0 when nobody asks for the file.</returns>
    public static int Limit(ReadOnlySpan<byte> path, out CaptureKind kind)
    {
        kind = CaptureKind.Body;
        if (path.Length < 5)
            return 0;
        var slash = path.LastIndexOf((byte)'/');
        var name = path[(slash + 1)..];
        var folder = slash < 0 ? default : path[..slash];
        // jq and gcc are packages, too.
        if (name.Length < 4)
            return In(folder, "lib/dpkg/status.d"u8) ? ListBytes : 0;
        // By the last byte: few kinds of file share one.
        switch (name[^1])
        {
            case (byte)'r' when IsJar(name):
                kind = CaptureKind.Jar;
                return JarBytes;
            case (byte)'s' when name.SequenceEqual("status"u8):
                return In(folder, "lib/dpkg"u8) || In(folder, "lib/opkg"u8) ? DatabaseBytes : 0;
            case (byte)'s' when name.SequenceEqual("files"u8):
                return IsPacman(folder) ? ListBytes : 0;
            case (byte)'s' when name.SequenceEqual("extended_states"u8):
                return In(folder, "lib/apt"u8) ? DatabaseBytes : 0;
            case (byte)'s' when name.SequenceEqual("Packages"u8):
                return Rpm(folder, out kind);
            case (byte)'d' when name.SequenceEqual("installed"u8):
                return In(folder, "lib/apk/db"u8) ? DatabaseBytes : 0;
            case (byte)'d' when name.SequenceEqual("world"u8):
                return In(folder, "etc/apk"u8) ? DocumentBytes : 0;
            case (byte)'e' when name.SequenceEqual("os-release"u8):
                return In(folder, "etc"u8) || In(folder, "usr/lib"u8) ? DocumentBytes : 0;
            case (byte)'e' when name.SequenceEqual("rpmdb.sqlite"u8):
                return Rpm(folder, out kind);
            case (byte)'b' when name.SequenceEqual("Packages.db"u8):
                return Rpm(folder, out kind);
            case (byte)'2' when name.SequenceEqual("container-manifest-2"u8):
                return In(folder, "rpmmanifest"u8) ? DatabaseBytes : 0;
            case (byte)'c' when name.SequenceEqual("desc"u8):
                return IsPacman(folder) ? DocumentBytes : 0;
            case (byte)'c' when name.EndsWith(".gemspec"u8):
                return folder.IndexOf("specifications"u8) >= 0 ? DocumentBytes : 0;
            case (byte)'t' when name.EndsWith(".list"u8):
                return In(folder, "lib/dpkg/info"u8) || In(folder, "lib/opkg/info"u8) ? ListBytes : 0;
            case (byte)'t' when name.SequenceEqual("copyright"u8):
                kind = CaptureKind.License;
                return folder.LastIndexOf((byte)'/') is var above and > 0 && In(folder[..above], "usr/share/doc"u8) ? CopyrightFile.MaxBytes : 0;
            case (byte)'i' when name.EndsWith(".jpi"u8) || name.EndsWith(".hpi"u8):
                kind = CaptureKind.Jar;
                return JarBytes;
            case (byte)'l' when name.SequenceEqual(".modules.yaml"u8):
                return In(folder, "node_modules"u8) ? DocumentBytes : 0;
            case (byte)'A' when name.SequenceEqual("METADATA"u8):
                return folder.EndsWith(".dist-info"u8) ? DocumentBytes : 0;
            case (byte)'D' when name.SequenceEqual("RECORD"u8):
                return folder.EndsWith(".dist-info"u8) ? ListBytes : 0;
            case (byte)'O' when name.SequenceEqual("PKG-INFO"u8):
                return folder.EndsWith(".egg-info"u8) || folder.EndsWith("EGG-INFO"u8) ? DocumentBytes : 0;
            case (byte)'o' when name.EndsWith(".egg-info"u8):
                return DocumentBytes;
            case (byte)'t' when name.SequenceEqual("installed-files.txt"u8) || name.SequenceEqual("top_level.txt"u8):
                return folder.EndsWith(".egg-info"u8) ? ListBytes : 0;
            case (byte)'n' when name.EndsWith(".json"u8):
                return JsonLimit(name, folder);
            default:
                break;
        }

        // dpkg without a package manager (distroless) has a file a package; its list of files is the md5sums beside it.
        if (In(folder, "lib/dpkg/status.d"u8))
            return ListBytes;
        // Debian's lists are behind names that end in anything: libc6:amd64.list ends in t and was taken above.
        return 0;
    }

    private static int JsonLimit(ReadOnlySpan<byte> name, ReadOnlySpan<byte> folder)
    {
        if (name.SequenceEqual("package.json"u8))
            return IsModule(folder) ? DocumentBytes : 0;
        // An application's own: what is installed has one in its own folder below.
        if (name.SequenceEqual("composer.json"u8))
            return folder.IndexOf("vendor/"u8) < 0 ? DocumentBytes : 0;
        if (name.SequenceEqual(".package-lock.json"u8))
            return In(folder, "node_modules"u8) ? DatabaseBytes : 0;
        if (name.SequenceEqual("installed.json"u8))
            return In(folder, "composer"u8) ? ListBytes : 0;
        if (name.EndsWith(".deps.json"u8))
            return ListBytes;
        return In(folder, "conda-meta"u8) ? ListBytes : 0;
    }

    /// <summary>node_modules/x and node_modules/@scope/x, but no folder inside a module; and applications of their own.</summary>
    private static bool IsModule(ReadOnlySpan<byte> folder)
    {
        var at = folder.LastIndexOf("node_modules/"u8);
        if (at < 0)
            return true;
        var rest = folder[(at + "node_modules/".Length)..];
        var slash = rest.IndexOf((byte)'/');
        return slash < 0 || (rest[0] == (byte)'@' && rest[(slash + 1)..].IndexOf((byte)'/') < 0);
    }

    private static int Rpm(ReadOnlySpan<byte> folder, out CaptureKind kind)
    {
        var wanted = In(folder, "rpm"u8);
        kind = wanted ? CaptureKind.Rpm : CaptureKind.Body;
        return wanted ? DatabaseBytes : 0;
    }

    private static bool IsJar(ReadOnlySpan<byte> name) => name.Length > 4 && name[^4] == (byte)'.'
        && (name.EndsWith(".jar"u8) || name.EndsWith(".war"u8) || name.EndsWith(".ear"u8));

    private static bool IsPacman(ReadOnlySpan<byte> folder)
    {
        var slash = folder.LastIndexOf((byte)'/');
        return slash > 0 && In(folder[..slash], "lib/pacman/local"u8);
    }

    private static bool In(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> tail) =>
        folder.EndsWith(tail) && (folder.Length == tail.Length || folder[folder.Length - tail.Length - 1] == (byte)'/');
}
