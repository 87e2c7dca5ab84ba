namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>
/// What one view of an archive (its index, its manifest.json) has come upon; AnalysisOptions.MaxManifests bounds it.
/// </summary>
internal sealed class FoundImages
{
    private readonly Dictionary<string, (SourceImage Image, OrderedDictionary<string, bool> Tags)> images = [];
    private readonly List<string> order = [];
    private readonly HashSet<string> attestations = [];

    public IReadOnlyList<SourceImage> Images =>
        [.. order.Select(key => images[key].Image.WithTags([.. images[key].Tags.Keys]))];

    public bool IsEmpty => order.Count == 0;

    public bool HasUsable => images.Values.Any(i => i.Image.Error is null);

    /// <summary>Each once, however many indexes list it.</summary>
    public int Attestations => attestations.Count;

    /// <summary>Listed, but with a part that is not in the archive.</summary>
    public List<ImageException> Absent { get; } = [];

    /// <summary>Manifests of something that is not an image, by media type.</summary>
    public List<string> Artifacts { get; } = [];

    /// <summary>That which spoiled the whole view.</summary>
    public ImageException? Failure { get; set; }

    public void AddAttestation(string? digest) => attestations.Add(digest ?? "");

    public void AddAttestations(FoundImages other) => attestations.UnionWith(other.attestations);

    /// <summary>The same image listed twice is one image with the tags of both.</summary>
    public void Add(SourceImage image)
    {
        if (images.TryAdd(image.Key, (image, [])))
            order.Add(image.Key);
        AddTags(image.Key, image.Tags);
    }

    public void AddProvenance(string key, Func<SourceImage, IReadOnlyList<StatedBase>> read)
    {
        if (images.TryGetValue(key, out var known) && known.Image.Error is null)
            images[key] = known with { Image = known.Image.WithProvenance(read(known.Image)) };
    }

    public void AddTags(string key, IReadOnlyList<string> names)
    {
        if (images.TryGetValue(key, out var known))
            foreach (var name in names)
                known.Tags.TryAdd(name, true);
    }
}
