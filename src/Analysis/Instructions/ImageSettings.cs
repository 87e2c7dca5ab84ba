using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// What the config says of how a container runs: what ENV, LABEL, USER and the rest set. Secrets are masked as
/// everywhere.
/// </summary>
/// <param name="Environment"><c>NAME=value</c>.</param>
public sealed record ImageSettings(IReadOnlyList<string> Environment)
{
    /// <summary>Of each list: more than anybody sets.</summary>
    private const int Most = 1000;

    public static ImageSettings None { get; } = new([]);

    /// <summary><c>name=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>SHELL, where it was set.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary><c>8080/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }

    public string? StopSignal { get; init; }

    /// <summary>The same without secrets, as far as a store keeps it.</summary>
    internal ImageSettings Masked()
    {
        var words = SecretWords.In(Environment.Concat(Labels));
        string Hide(string text) => words.Hide(SecretNames.Hide(Short(text)));
        return new ImageSettings([.. Environment.Select(SecretNames.HideVariable)])
        {
            Labels = [.. Labels.Take(Most).Select(l => SecretNames.HideVariable(Short(l)))],
            Entrypoint = [.. Entrypoint.Take(Most).Select(Hide)],
            Command = [.. Command.Take(Most).Select(Hide)],
            Shell = [.. Shell.Take(Most).Select(Hide)],
            Ports = [.. Ports.Take(Most).Select(Short)],
            Volumes = [.. Volumes.Take(Most).Select(Short)],
            User = User is null ? null : Short(User),
            WorkingDirectory = WorkingDirectory is null ? null : Short(WorkingDirectory),
            StopSignal = StopSignal is null ? null : Short(StopSignal),
        };
    }

    /// <summary>Names and values; the last one of a name counts.</summary>
    internal static Dictionary<string, string> Pairs(IReadOnlyList<string> list)
    {
        var pairs = new Dictionary<string, string>(list.Count, StringComparer.Ordinal);
        foreach (var line in list)
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
                pairs[line[..sign]] = line[(sign + 1)..];
        return pairs;
    }

    private static string Short(string text) =>
        text.Length <= Instruction.MaxLength ? text : text[..Instruction.MaxLength];
}
