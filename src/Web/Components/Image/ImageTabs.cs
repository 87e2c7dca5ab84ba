namespace ImageInsight.Web.Components.Image;

/// <summary>A part of an image's page.</summary>
/// <param name="Key">In the address (<c>?tab=</c>); empty for the first one.</param>
/// <param name="Component">Has one parameter, <c>Image</c>: an <see cref="ImageContext"/>.</param>
/// <param name="Count">What stands beside the title, or null when nothing does.</param>
public sealed record ImageTab(string Key, string Title, Type Component, Func<ImageContext, int?>? Count = null);

/// <summary>The tabs in their order. A new one is a folder beside this file and a line here.</summary>
public static class ImageTabs
{
    public const string FilesKey = "";
    public const string PackagesKey = "packages";
    public const string DockerfileKey = "dockerfile";

    public static IReadOnlyList<ImageTab> All { get; } =
    [
        new(FilesKey, "Overview", typeof(Files.FilesTab)),
        new(PackagesKey, "Packages", typeof(Packages.PackagesTab), image => image.Part.PackageCount),
        new(DockerfileKey, "Dockerfile", typeof(Dockerfiles.DockerfileTab)),
    ];

    /// <summary>The first one for a key that is not known.</summary>
    public static ImageTab Find(string? key) => All.FirstOrDefault(t => t.Key == key) ?? All[0];
}
