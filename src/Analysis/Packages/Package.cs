namespace ImageInsight.Analysis.Packages;

/// <summary>Something that a package manager installed, or that a program says it was made of.</summary>
/// <param name="Ecosystem">deb, apk, rpm, npm, pypi, gem, composer, nuget, maven, golang, cargo, …: the type of its
/// purl.</param>
/// <param name="Purl">https://github.com/package-url/purl-spec.</param>
/// <param name="FoundAt">The database, manifest or program that names it.</param>
/// <param name="Layer">Index of the layer that brought it in this version.</param>
/// <param name="DiskBytes">Bytes of its files in the final file system; an inode that several packages name counts for
/// the first.</param>
/// <param name="PullBytes">Share of the compressed layers that these files have.</param>
/// <param name="WastedBytes">Bytes that layers carry at its paths and that are hidden: copies that a chown or an
/// upgrade left.</param>
/// <param name="Files">Regular files that are counted in <paramref name="DiskBytes"/>.</param>
/// <param name="Dependencies">Purls of packages of this image that it needs, where that is known.</param>
/// <param name="OnPurpose">True when somebody asked for it, false when another package needed it, null when nothing
/// tells.</param>
/// <param name="Development">True when the lock file says that only development needs it.</param>
public sealed record Package(
    string Ecosystem,
    string Name,
    string Version,
    string Purl,
    string FoundAt,
    int Layer,
    long DiskBytes,
    long PullBytes,
    long WastedBytes,
    int Files,
    IReadOnlyList<string> Dependencies,
    bool? OnPurpose,
    bool Development)
{
    /// <summary>
    /// Purl of the package that its files count for, when none count for itself: Python's modules that Debian packaged,
    /// an archive inside an archive, the modules of a program. Null when it has files of its own, or when nobody has
    /// them.
    /// </summary>
    public string? OwnedBy { get; init; }

    /// <summary>
    /// As its metadata states it, whatever that is: SPDX, a name of its author's. Several are separated by "; ". Null
    /// where nothing states one.
    /// </summary>
    public string? License { get; init; }
}
