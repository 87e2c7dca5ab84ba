namespace ImageInsight.Analysis.Instructions.Shell;

/// <param name="Raw">As written, quotes included.</param>
/// <param name="Value">What the shell makes of it; null when that depends on the run (a variable, a pattern, a
/// redirection).</param>
internal readonly record struct ShellWord(string Raw, string? Value);
