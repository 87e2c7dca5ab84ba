using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles.Reading;

/// <summary>
/// Settings that the config has and no line of the history made: kaniko, jib, ko, buildpacks and nix write no lines for
/// what makes no layer.
/// </summary>
internal static class ConfigOnly
{
    public const string Comment = "Only the image's config says what follows; the history has no line for it:";

    /// <summary>buildah's own, in everything that it builds.</summary>
    private const string BuildahMark = "io.buildah.version";

    /// <summary>What Docker sets where nobody does.</summary>
    private static readonly string[] DefaultPaths =
    [
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "c:\\Windows\\System32;c:\\Windows",
    ];

    /// <summary>
    /// One after the other, as a Dockerfile ends; the first one is a comment. Nothing when all is said.
    /// </summary>
    public static IReadOnlyList<Step> Steps(BuildRecord record, IReadOnlyList<Step> steps, WorkBudget work)
    {
        var settings = record.Settings;
        var said = new SaidSettings(record.History, work);
        var found = new List<(string Keyword, string Text)>();
        foreach (var (name, value) in ImageSettings.Pairs(settings.Labels))
            if (name != BuildahMark && !said.HasPair("LABEL", name, value))
                found.Add(("LABEL", LabelName(name) + "=" + CleanInstruction.Literal(value)));
        foreach (var (name, value) in ImageSettings.Pairs(settings.Environment))
            if (!said.HasPair("ENV", name, value) && !(name == "PATH" && DefaultPaths.Contains(value)))
                found.Add(("ENV", name + "=" + CleanInstruction.Literal(value)));
        found.AddRange(settings.Ports.Where(p => !said.HasPort(p)).Select(p => ("EXPOSE", PortOf(p))));
        found.AddRange(settings.Volumes.Where(v => !said.HasVolume(v)).Select(v => ("VOLUME", GoText.Json([v]))));
        if (settings.WorkingDirectory is { } folder and not "/" && !said.HasWorkingDirectory(folder))
            found.Add(("WORKDIR", Escaped(folder)));
        if (settings.User is { } user && !said.IsLast("USER", user) && !(user is "root" or "0" && !said.Has("USER")))
            found.Add(("USER", Escaped(user)));
        if (settings.StopSignal is { } signal && !said.IsLast("STOPSIGNAL", signal))
            found.Add(("STOPSIGNAL", Escaped(signal)));
        var entry = settings.Entrypoint.Count > 0 && !said.IsLastCommand("ENTRYPOINT", settings.Entrypoint);
        if (entry)
            found.Add(("ENTRYPOINT", GoText.Json(settings.Entrypoint)));
        // An ENTRYPOINT takes the CMD of the base away.
        if (settings.Command.Count > 0 && (entry || !said.IsLastCommand("CMD", settings.Command)))
            found.Add(("CMD", GoText.Json(settings.Command)));
        if (found.Count == 0)
            return [];
        work.Spend(found.Sum(f => (long)f.Text.Length));
        var last = steps.Count > 0 ? steps[^1] : null;
        Step StepOf(string keyword, string text) => new()
        {
            Keyword = keyword,
            Text = text.ReplaceLineEndings(" "),
            Directory = last?.Directory ?? "/",
            User = last?.User ?? "",
            Posix = last?.Posix ?? true,
        };
        return [StepOf("", Comment), .. found.Select(f => StepOf(f.Keyword, f.Text))];
    }

    private static string LabelName(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/') ? name
            : CleanInstruction.Literal(name) is ['"' or '\'', ..] quoted ? quoted : $"\"{name}\"";

    private static string PortOf(string port) =>
        port.EndsWith("/tcp", StringComparison.Ordinal) ? port[..^4] : port;

    /// <summary>In these a dollar sign begins a variable.</summary>
    private static string Escaped(string text) => text.Replace("$", "\\$", StringComparison.Ordinal);
}
