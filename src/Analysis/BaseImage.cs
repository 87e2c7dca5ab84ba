namespace ImageInsight.Analysis;

/// <summary>The layers that came with FROM, as far as the image itself tells.</summary>
/// <param name="Layers">How many of the lowest layers; 0 when nothing tells.</param>
/// <param name="Evidence">What told it, for a person.</param>
public sealed record BaseImage(int Layers, string Evidence)
{
    public static BaseImage Unknown { get; } = new(0, "nothing in the image tells its base");

    /// <summary>Read from the history alone.</summary>
    public static BaseImage Of(IReadOnlyList<HistoryEntry> history)
    {
        // CMD and ENTRYPOINT end a Dockerfile by custom; one with layers after it ended the Dockerfile of the parent.
        //   ADD file:9a8b... in /      CMD ["bash"]      RUN groupadd node ...      CMD ["node"]      COPY . /srv/app
        for (var i = history.Count - 1; i >= 0; i--)
            if (history[i].Empty && EndsDockerfile(history[i].Instruction)
                && history.Skip(i).Any(h => h.Layer is not null)
                && history.Take(i).Count(h => h.Layer is not null) is var below and > 0)
                return new BaseImage(below, $"the history goes on after {FirstWord(history[i].Instruction)}");
        // An operating system unpacked into the root.
        var first = history.FirstOrDefault(h => h.Layer == 0);
        return first is not null && IsRootFileSystem(first.Instruction) && history.Any(h => h.Layer > 0)
            ? new BaseImage(1, "the first instruction unpacks a root file system")
            : Unknown;
    }

    public bool Has(int? layer) => layer < Layers;

    private static bool EndsDockerfile(string instruction) => FirstWord(instruction) is "CMD" or "ENTRYPOINT";

    // Docker: ADD file:9a8b... in /        BuildKit: ADD rootfs.tar.xz / # buildkit
    private static bool IsRootFileSystem(string instruction) =>
        FirstWord(instruction) == "ADD" && instruction.TrimEnd() is var text
        && (text.EndsWith(" in /", StringComparison.Ordinal) || text.EndsWith(" /", StringComparison.Ordinal));

    private static string FirstWord(string instruction) => instruction.Split(' ', 2)[0].ToUpperInvariant();
}
