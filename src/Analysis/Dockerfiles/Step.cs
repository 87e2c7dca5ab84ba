using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>An instruction while the Dockerfile is being put together and changed.</summary>
internal sealed class Step
{
    private string text = "";
    private bool posix = true;
    private string directory = "/";

    // What was read of the text: many findings ask.
    private Lazy<ShellScript?>? script;
    private HashSet<string>? programs;
    private Lazy<CopiedTo?>? copiedTo;
    private Dictionary<string, bool>? facts;

    /// <summary>In capitals; empty for a comment.</summary>
    public required string Keyword { get; init; }

    /// <summary>What stands after the keyword and its options; of a RUN the script.</summary>
    public required string Text
    {
        get => text;
        set
        {
            text = value;
            (script, programs, copiedTo, facts) = (null, null, null, null);
            TextChanged?.Invoke(this);
        }
    }

    /// <summary>Grows along the Dockerfile; the draft that has the instruction gives it.</summary>
    public long Order { get; set; }

    public Action<Step>? TextChanged { get; set; }

    /// <summary><c>--chown=…</c>, <c>--mount=…</c>.</summary>
    public List<string> Options { get; init; } = [];

    /// <summary>Its line of the history; null for what this program wrote itself.</summary>
    public int? HistoryIndex { get; init; }

    /// <summary>Layers that came of it, of the instructions that were merged into it too.</summary>
    public SortedSet<int> Layers { get; init; } = [];

    /// <summary>Findings that it answers by now.</summary>
    public SortedSet<string> Answers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Comment lines above it, each with the finding that it is about.</summary>
    public List<(string Text, string? Finding)> Margin { get; init; } = [];

    /// <summary>The directory and the user that it runs with, and whether a POSIX shell runs it.</summary>
    public string Directory
    {
        get => directory;
        set => (directory, copiedTo) = (value, null);
    }

    public string User { get; set; } = "";

    public bool Posix
    {
        get => posix;
        set => (posix, script, programs) = (value, null, null);
    }

    /// <summary>
    /// Of a COPY whose sources the history names by their hash: true for a directory, false for files. Null where it
    /// names them.
    /// </summary>
    public bool? CopiesTree { get; init; }

    public bool IsRun => Keyword == "RUN";

    public bool IsCopy => Keyword is "COPY" or "ADD";

    /// <summary>It takes files from another stage or image, not from the build context.</summary>
    public bool IsFromStage => Options.Exists(o => o.StartsWith("--from=", StringComparison.Ordinal));

    /// <summary>It changes neither files nor how commands run, so others may be moved across it.</summary>
    public bool IsNeutral =>
        Keyword is "" or "LABEL" or "EXPOSE" or "CMD" or "ENTRYPOINT" or "HEALTHCHECK" or "STOPSIGNAL";

    /// <summary>Null where it is no RUN, or is not understood.</summary>
    public ShellScript? Script()
    {
        if (script is null)
        {
            var parsed = IsRun && Posix ? ShellScript.Parse(Text) : null;
            script = new(parsed);
        }

        return script.Value;
    }

    /// <summary>Names that a RUN may start a program by: its words, and what its commands call.</summary>
    public IReadOnlySet<string> Programs => programs ??= IsRun ? Dockerfiles.Options.ProgramsOf(this) : [];

    /// <summary>Null where it copies nothing, and where that depends on variables.</summary>
    public CopiedTo? CopiedTo
    {
        get
        {
            copiedTo ??= new(Dockerfiles.CopiedTo.Parse(this));
            return copiedTo.Value;
        }
    }

    /// <summary>What is true of the text, looked at once.</summary>
    public bool Holds(string key, Func<string, bool> holds)
    {
        facts ??= new(StringComparer.Ordinal);
        if (!facts.TryGetValue(key, out var known))
            facts[key] = known = holds(Text);
        return known;
    }

    public Step Copy() => With(Text);

    public Step With(string other) => new()
    {
        Keyword = Keyword,
        Text = other,
        Options = [.. Options],
        HistoryIndex = HistoryIndex,
        Layers = [.. Layers],
        Margin = [.. Margin],
        Directory = Directory,
        User = User,
        Posix = Posix,
        CopiesTree = CopiesTree,
    };
}
