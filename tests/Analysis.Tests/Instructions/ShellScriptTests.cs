using CsCheck;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Tests.Instructions;

public sealed class ShellScriptTests
{
    [Theory]
    [InlineData("a && b; c || d", "a &&|b ;|c |||d ")]
    [InlineData("echo 'a && b' \"c; d\" e\\;f", "echo 'a && b' \"c; d\" e\\;f ")]
    [InlineData("x=$(a && b) && echo \"$(c; d)\" ${e:-f && g}", "x=$(a && b) &&|echo \"$(c; d)\" ${e:-f && g} ")]
    [InlineData("for d in *.deb; do dpkg -i $d && rm $d; done && c",
        "for d in *.deb; do dpkg -i $d && rm $d; done &&|c ")]
    [InlineData("if [ -f x ]; then a; else b; fi; c", "if [ -f x ]; then a; else b; fi ;|c ")]
    [InlineData("( cd /x && make ) && b", "( cd /x && make ) &&|b ")]
    [InlineData("{ a; b; } && c", "{ a; b; } &&|c ")]
    [InlineData("curl x | tar xz && b 2>&1 >/dev/null", "curl x | tar xz &&|b 2>&1 >/dev/null ")]
    [InlineData("a  &&   b", "a &&|b ")]
    [InlineData("echo do done; done", null)]
    [InlineData("case x in a) b;; esac", null)]
    [InlineData("a & b", null)]
    [InlineData("a # comment", null)]
    [InlineData("cat <<EOF", null)]
    [InlineData("a\nb", null)]
    [InlineData("echo 'open", null)]
    [InlineData("echo \"$(open\"", null)]
    [InlineData("a &&", null)]
    [InlineData("f() { a; }", null)]
    [InlineData("( a", null)]
    [InlineData("a )", null)]
    [InlineData("cut off…", null)]
    [InlineData("", null)]
    public void A_list_is_split_at_its_operators_and_what_is_not_sure_is_left_alone(string text, string? commands)
    {
        var script = ShellScript.Parse(text);
        Assert.Equal(commands, script is null ? null
            : string.Join('|', script.Commands.Select(c => $"{c.Text} {c.Operator}")));
        if (script is not null)
            Assert.Equal(script.ToString(), ShellScript.Parse(script.ToString())!.ToString());
    }

    [Theory]
    [InlineData("a && b", "c", "a && b && c")]
    [InlineData("cd /x && make", "b", "( cd /x && make ) && b")]
    [InlineData("V=1 && make $V", "b", "( V=1 && make $V ) && b")]
    [InlineData("a", "b; c", "a && ( b; c )")]
    [InlineData("a", "b || true", "a && ( b || true )")]
    [InlineData("a || b", "c", "a || b && c")]
    [InlineData("set -eux; a", "b && c", "set -eux; a; b; c")]
    [InlineData("a && b", "set -e; c; d", "set -e; a; b; c; d")]
    [InlineData("set -eux; a; cd /x; b", "set -eux; c", "set -eux; ( a; cd /x; b ); c")]
    // In a list the first may fail and the shell goes on: the RUN failed, so the whole must.
    [InlineData("set -e; a; b && c", "set -e; d", "set -e; ( a; b && c ); d")]
    [InlineData("set -e; a; if b; then c; fi", "set -e; d", "set -e; ( a; if b; then c; fi ); d")]
    [InlineData("set -e; a || true; b", "set -e; c || d", "set -e; a || true; b; c || d")]
    [InlineData("set -eux; a", "set -e; b", null)]
    [InlineData("set -eux; a", "b $C", null)]
    [InlineData("set -eo pipefail; a", "b", null)]
    [InlineData("set -e; a", "b; c", null)]
    [InlineData("set -e; a", "b || c", null)]
    [InlineData("set -x; a", "b", null)]
    [InlineData("a; b", "set -e; c", null)]
    public void Two_lists_in_one_shell_do_what_they_did_alone(string first, string second, string? both) =>
        Assert.Equal(both, ShellScript.Parse(first)!.Then(ShellScript.Parse(second)!)?.ToString());

    // The words above, run: which of them went before the first that fails must be what two shells do, and so must the
    // end.
    [Theory]
    [InlineData("set -eu; a; b", "c && d")]
    [InlineData("a && b", "set -e; c; d")]
    [InlineData("set -e; a; b && c", "set -e; d")]
    [InlineData("set -e; a; if b; then c; fi", "set -e; d")]
    [InlineData("set -e; a || b; c", "set -e; d; e")]
    [InlineData("cd / && a; b", "c || d")]
    [InlineData("set -e; a; export X=1; b", "set -e; c; d")]
    public void A_real_shell_does_the_same_whichever_command_fails(string first, string second)
    {
        Assert.SkipWhen(!File.Exists("/bin/sh"), "No shell here.");
        var both = ShellScript.Parse(first)!.Then(ShellScript.Parse(second)!)!.ToString();
        foreach (var failing in new[] { "", "a", "b", "c", "d", "e" })
        {
            var apart = Run(first, failing);
            if (apart.EndsWith(" 0", StringComparison.Ordinal))
                apart = apart[..^2] + Run(second, failing);
            Assert.Equal(apart, Run(both, failing));
        }
    }

    private static string Run(string script, string failing)
    {
        var commands = string.Concat("abcde".Select(c => $"{c}() {{ printf {c}; [ {c} != '{failing}' ]; }}\n"));
        var start = new System.Diagnostics.ProcessStartInfo(
            "/bin/sh", ["-c", commands + script])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return $"{said} {(process.ExitCode == 0 ? 0 : 1)}";
    }

    [Theory]
    [InlineData("a && b && c", 1, "a && c")]
    [InlineData("a && b", 1, "a")]
    [InlineData("a; b && c", 1, null)]
    [InlineData("a || b", 1, null)]
    [InlineData("a || b && c", 0, null)]
    [InlineData("a", 0, null)]
    public void A_command_is_taken_out_only_where_the_rest_runs_as_before(string text, int index, string? rest) =>
        Assert.Equal(rest, ShellScript.Parse(text)!.Without(index)?.ToString());

    [Fact]
    public void A_script_written_out_and_read_again_is_the_same() => Gen.OneOf(
        Gen.String,
        Gen.OneOfConst("a", " ", "&&", "||", ";", "|", "'", "\"", "$(", ")", "(", "{", "}", "`", "\\",
            "for x in y; do ", "done", "if ", "fi", "<<", "#", "$", "${", "=", "\n", "rm -rf /x", "&", ">")
            .Array[0, 30].Select(parts => string.Concat(parts))).Sample(
        text =>
        {
            // Written down and read again it is the same list.
            var script = ShellScript.Parse(text);
            return script is null
                || ShellScript.Parse(script.ToString()) is { } again && again.ToString() == script.ToString();
        },
        iter: 50_000);
}
