using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>Modules that a RUN installed, wherever: for all users, or in an environment of their own.</summary>
internal sealed class PythonStage : IStageLanguage
{
    private static readonly string[] Programs =
        ["python", "python3", "gunicorn", "uvicorn", "flask", "celery", "hypercorn", "daphne", "waitress-serve",
            "streamlit", "fastapi", "django-admin"];

    public string Name => "Python";

    public StageProgram? Find(FindingContext image, StageLayers layers)
    {
        if (!Programs.Any(image.Used.Start.Runs))
            return null;
        var made = image.Names.Named("site-packages").Concat(image.Names.Named("dist-packages"))
            .Any(f => image.Tree.VisibleChildren(f, image.Work).Any(c => layers.IsBuilt(image.Tree.Nodes[c].Layer)));
        return !made ? null : new StageProgram(Name, new HashSet<int>(), new HashSet<int>())
        {
            Installers = image.Used.Start.Runs("pip") || image.Used.Start.Runs("pip3") ? [] : ["python3-pip", "pipx"],
        };
    }
}
