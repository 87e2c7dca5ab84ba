using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>Words of shells, and of what starts other programs.</summary>
internal static partial class ShellWords
{
    /// <summary>What ends a command.</summary>
    public static readonly char[] Commands = ['\n', ';', '&', '|', '(', ')', '`', '{', '}'];

    /// <summary>Between the paths of a list.</summary>
    public static readonly char[] ListBreaks = [' ', '\t', '\r', '\n', ':', '"', '\''];

    public static readonly char[] Blanks = [' ', '\t', '\r', '"', '\'', '<', '>', ','];

    public static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "time", "exec", "command", "builtin",
    };

    /// <summary>They start what stands among their words.</summary>
    public static readonly HashSet<string> Wrappers = new(StringComparer.Ordinal)
    {
        "sudo", "su", "gosu", "su-exec", "env", "nice", "nohup", "timeout", "tini", "dumb-init", "catatonit", "xargs",
        "setpriv", "runuser", "chroot", "stdbuf", "watch", "wait-for-it", "dockerize", "dotenv", "cross-env", "npx",
        "pnpx", "bunx", "bundle", "poetry", "uv", "pipenv", "pdm", "hatch", "rye", "conda", "concurrently", "nodemon",
        "npm-run-all", "run-s", "run-p", "start-server-and-test", "exec", "command", "find", "trap", "flock", "ionice",
        "sh", "bash", "ash", "dash", "zsh", "ksh", "busybox", "s6-setuidgid", "chpst", "start-stop-daemon", "doas",
    };

    public static readonly HashSet<string> Shells = new(
        StringComparer.Ordinal) { "sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox" };

    public static readonly HashSet<string> PackageManagers = new(
        StringComparer.Ordinal) { "npm", "yarn", "pnpm", "bun" };

    /// <summary>They start what a file says that is not read here.</summary>
    public static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "just", "task", "runsvdir", "cron", "crond", "eval",
    };

    // CP=$(find /libs -name '*.jar'); java -cp "$CP" Main. JAVA_OPTS is for memory.
    /// <summary>Whether another command makes a class path, or words of what may take one.</summary>
    public static bool IsComputed(string line)
    {
        var named = line.Contains("-cp", StringComparison.Ordinal)
            || line.Contains("class-path", StringComparison.Ordinal)
            || line.Contains("classpath", StringComparison.OrdinalIgnoreCase)
            || line.Contains("CP=", StringComparison.Ordinal);
        var made = line.Contains("$(", StringComparison.Ordinal) || line.Contains('`', StringComparison.Ordinal);
        return named ? made || line.Contains('$', StringComparison.Ordinal)
            : made && (line.Contains("java", StringComparison.Ordinal)
                || line.Contains(".jar", StringComparison.Ordinal));
    }

    // java -cp "app.jar:$(cat cp.txt)" Main, java @app.args
    /// <summary>Files whose words stand in a command.</summary>
    [GeneratedRegex(@"\$\(\s*(?:cat\s+|<\s*)(?<file>[^\s()$`]+)\s*\)|@(?<file>[\w./-]+)",
        RegexOptions.CultureInvariant)]
    public static partial Regex Lists();

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string word) => word[(word.LastIndexOf('/') + 1)..];

    public static bool IsAssignment(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign
        && word.AsSpan(0, sign).IndexOfAnyExceptInRange('0', 'z') < 0;
}
