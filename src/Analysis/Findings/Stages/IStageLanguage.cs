namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>Recognises what one language's build made, by what is in the image.</summary>
internal interface IStageLanguage
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <returns>Null where nothing shows that the image was built with it.</returns>
    StageProgram? Find(FindingContext image, StageLayers layers);
}

/// <summary>A program that the image built and starts.</summary>
/// <param name="Language">For people.</param>
/// <param name="Projects">Folders of sources.</param>
/// <param name="Needed">What is needed at and below these nodes, in projects and in what is dropped.</param>
internal sealed record StageProgram(string Language, IReadOnlySet<int> Projects, IReadOnlySet<int> Needed)
{
    public string? Base { get; init; }

    public IReadOnlyList<string> Finish { get; init; } = [];

    /// <summary>System packages that install others, and nothing starts.</summary>
    public IReadOnlyList<string> Installers { get; init; } = [];

    /// <summary>What only a build needs, at and below these nodes.</summary>
    public IReadOnlySet<int> Dropped { get; init; } = new HashSet<int>();
}
