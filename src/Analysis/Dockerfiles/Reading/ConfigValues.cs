using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles.Reading;

/// <summary>
/// What the config has of each ENV, LABEL and SHELL: builders write them into the history without quotes.
/// </summary>
internal sealed class ConfigValues
{
    private readonly string shell;

    public ConfigValues(ImageSettings settings)
    {
        Environment = ImageSettings.Pairs(settings.Environment);
        Labels = ImageSettings.Pairs(settings.Labels);
        Shell = settings.Shell;
        shell = string.Join(' ', Shell);
    }

    public static ConfigValues None { get; } = new(ImageSettings.None);

    public IReadOnlyDictionary<string, string> Environment { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public IReadOnlyList<string> Shell { get; }

    // [powershell -Command $x = 1;]
    public bool IsShell(string list) =>
        Shell.Count > 0 && list.Length == shell.Length + 2 && list[0] == '[' && list[^1] == ']'
        && list.AsSpan(1, shell.Length).SequenceEqual(shell);
}
