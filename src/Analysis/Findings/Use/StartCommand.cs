namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// What a container starts, as far as the config, scripts and manifests of the image say. Its words may hold secrets:
/// no finding repeats one.
/// </summary>
internal sealed class StartCommand
{
    private static readonly char[] Breaks = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\'', '`'];

    /// <summary>They run on a virtual machine that takes a class path.</summary>
    private static readonly string[] ClassPathReaders =
        ["java", "java.exe", "scala", "scala-cli", "kotlin", "groovy", "clojure", "clj", "jshell", "jruby"];

    /// <summary>Programs that read programs: what these load by name nobody sees from outside.</summary>
    private static readonly string[] Interpreters =
        ["python", "python2", "python3", "pypy", "pypy3", "node", "nodejs", "ruby", "php", "php-fpm", "perl", "java",
            "lua", "luajit", "julia", "Rscript", "R", "deno", "bun", "dotnet", "erl", "beam.smp", "elixir", "iex",
            "guile", "racket", "tclsh", "gunicorn", "uvicorn", "puma", "rackup", "rails", "flask", "celery", "mono",
            "npm", "yarn", "pnpm", "npx", "tsx", "ts-node", "jruby", "groovy", "octave", "ghci", "ocaml", "sbcl"];

    private readonly StartTrace trace;

    public StartCommand(FindingContext image)
    {
        var facts = image.Facts;
        image.Work.Spend(facts.Command.Sum(w => (long)w.Length));
        Words = [.. facts.Command.SelectMany(w => w.Split(Breaks, StringSplitOptions.RemoveEmptyEntries))];
        Directory = facts.WorkingDirectory is ['/', ..] at ? at.TrimEnd('/') : "";
        trace = new StartTrace(image, Directory);
        Places = [.. trace.Places];
        HasOpenClassPath = ClassPathReaders.Any(Runs) && IsClassPathOpen(image)
            || (trace.IsUnread && ClassPathReaders.Any(c => image.Names.Named(c).Any()));
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>Where it starts, without a slash at the end.</summary>
    public string Directory { get; }

    /// <summary>Absolute paths that it names, in scripts too, a class path's parts each.</summary>
    public IReadOnlyList<string> Places { get; }

    /// <summary>Words of all that was read of it.</summary>
    public IReadOnlySet<string> Named => trace.Words;

    /// <summary>The programs it names, and the scripts that were read.</summary>
    public IReadOnlySet<int> Files => trace.Files;

    /// <summary>
    /// True when it may go on to start anything: there is none, or a shell, or a text that is not known.
    /// </summary>
    public bool IsOpen => Words.Count == 0 || trace.IsInteractive || trace.IsUnread;

    /// <summary>Something is started whose text is not known.</summary>
    public bool IsUnread => trace.IsUnread;

    /// <summary>Archives of classes are found when it starts, by a file or a command that is not read.</summary>
    public bool HasOpenClassPath { get; }

    /// <summary>A script of some language runs, or may: such open libraries and files by their names.</summary>
    public bool IsInterpreted => IsUnread || Interpreters.Any(Runs)
        || trace.Programs.Any(p => p.StartsWith("python3.", StringComparison.Ordinal)
            || p.EndsWith(".py", StringComparison.Ordinal) || p.EndsWith(".js", StringComparison.Ordinal)
            || p.EndsWith(".rb", StringComparison.Ordinal) || p.EndsWith(".pl", StringComparison.Ordinal)
            || p.EndsWith(".php", StringComparison.Ordinal));

    /// <param name="command">A program, or a program and its first argument: <c>mvn</c>, <c>go run</c>.</param>
    public bool Runs(string command) =>
        command.Split(' ') is [var program, var argument] ? trace.Pairs.Contains((program, argument))
            : trace.Programs.Contains(command);

    // java -cp "app.jar:$(cat cp.txt)", java @app.args, JDK_JAVA_OPTIONS=@file
    private bool IsClassPathOpen(FindingContext image) =>
        trace.ComputesWords
        || trace.Words.Any(w => w.StartsWith('@') && w.Length > 1 && w[1] is not ('"' or '{' or '*'))
        || ((string[])["JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JAVA_OPTS", "CLASSPATH"]).Any(
            v => image.Variable(v) is { } value && (value.Contains('@', StringComparison.Ordinal)
                || value.Contains('$', StringComparison.Ordinal)));
}
