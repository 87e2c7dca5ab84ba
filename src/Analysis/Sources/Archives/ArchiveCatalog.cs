using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>
/// Finds the images of an archive: by its OCI index, or by manifest.json when that shows none that can be read.
/// </summary>
internal sealed class ArchiveCatalog(
    SafeFileHandle file, ArchiveIndex index, AnalysisOptions options, WorkBudget work)
{
    private readonly ArchiveFiles files = new(file, index, options, work);

    /// <summary>Never without an image.</summary>
    public FoundImages Read()
    {
        var manifest = files.TryRead("manifest.json");
        if (manifest is not null && ImageJson.IsObject(manifest) && !files.Has("index.json"))
            return Usable(new LayoutView(files, new Dictionary<string, IReadOnlyList<string>>(), options).ReadDirectory(
                manifest));

        var docker = manifest is null ? null : new DockerView(files, DockerManifests(manifest), options);
        if (files.TryRead("index.json") is not { } root || (docker is not null && !files.Has("oci-layout")))
            return Usable(docker?.Read());
        var layout = new LayoutView(files, docker?.Tags() ?? [], options).ReadIndex(root);
        // Docker 25's first releases wrote an index that lists nothing.
        if (layout.HasUsable)
            return layout;
        var found = docker?.Read();
        found?.AddAttestations(layout);
        return Usable(layout, found);
    }

    private IReadOnlyList<DockerManifest> DockerManifests(byte[] json) =>
        ImageJson.Items(files.Parse<List<DockerManifest>>(json, "manifest.json"), "manifest.json");

    /// <summary>The first view that has an image to read, else the first that has something to say.</summary>
    private FoundImages Usable(params FoundImages?[] all)
    {
        var views = all.OfType<FoundImages>().ToList();
        if (views.Find(v => v.HasUsable) is { } usable)
            return usable;
        if (views.Find(v => !v.IsEmpty) is { } broken)
            return broken;
        if (views.Select(v => v.Failure ?? v.Absent.FirstOrDefault()).FirstOrDefault(e => e is not null) is { } failure)
            throw failure;
        if (views.Find(v => v.Artifacts.Count > 0) is { } other)
            throw new ImageException(
                ImageErrors.NotAnImage,
                $"The archive holds no container image, only {string.Join(", ", other.Artifacts.Distinct().Take(5))}.");
        if (views.Find(v => v.Attestations > 0) is { } stated)
            throw new ImageException(
                ImageErrors.NotAnImage,
                $"The archive holds no container image, only {stated.Attestations} attestations or signatures of one.");
        throw NoImage(views.Count > 0);
    }

    private ImageException NoImage(bool isArchive)
    {
        if (isArchive)
            return new ImageException(
                ImageErrors.NotAnImage, "The archive's manifest.json or index.json lists no image.");
        if (index.Count == 0)
            return new ImageException(
                ImageErrors.NotAnImage, "The archive is empty. Send what docker save or skopeo copy writes.");
        if (files.Has("repositories"))
            return new ImageException(
                ImageErrors.Unsupported,
                "The archive is of Docker before 1.10 (it has no manifest.json). Load it into a current Docker and "
                    + "save it again.");
        return new ImageException(
            ImageErrors.NotAnImage,
            "The tar is not a container image: it has neither manifest.json (docker save) nor oci-layout with "
                + "index.json (OCI layout)." + Hint());
    }

    private string Hint()
    {
        if (index.Names.FirstOrDefault(n => n.EndsWith("/index.json", StringComparison.Ordinal)
            || n.EndsWith("/manifest.json", StringComparison.Ordinal))
            is { } inside)
            return $" There is one in a folder, '{inside}': tar what is in that folder, not the folder (tar -C FOLDER "
                + "-cf image.tar .).";
        return files.Has(".dockerenv")
            ? " It is a container's file system, as docker export writes it; send what docker save writes of its "
                + "image."
            : " Send what docker save or skopeo copy writes.";
    }
}
