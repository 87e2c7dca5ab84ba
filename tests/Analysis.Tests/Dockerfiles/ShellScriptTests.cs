using CsCheck;
using ImageInsight.Analysis.Dockerfiles.Shell;

namespace ImageInsight.Analysis.Tests.Dockerfiles;

public sealed class ShellScriptTests
{
    [Theory]
    [InlineData("a && b; c || d", "a &&|b ;|c |||d ")]
    [InlineData("echo 'a && b' \"c; d\" e\\;f", "echo 'a && b' \"c; d\" e\\;f ")]
    [InlineData("x=$(a && b) && echo \"$(c; d)\" ${e:-f && g}", "x=$(a && b) &&|echo \"$(c; d)\" ${e:-f && g} ")]
    [InlineData("for d in *.deb; do dpkg -i $d && rm $d; done && c", "for d in *.deb; do dpkg -i $d && rm $d; done &&|c ")]
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
        Assert.Equal(commands, script is null ? null : string.Join('|', script.Commands.Select(c => $"{c.Text} {c.Operator}")));
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
    [InlineData("set -eux; a", "b", null)]
    [InlineData("a", "set -e; b", null)]
    public void Two_lists_in_one_shell_do_what_they_did_alone(string first, string second, string? both) =>
        Assert.Equal(both, ShellScript.Parse(first)!.Then(ShellScript.Parse(second)!)?.ToString());

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
    public void No_text_is_too_much() => Gen.OneOf(
        Gen.String,
        Gen.OneOfConst("a", " ", "&&", "||", ";", "|", "'", "\"", "$(", ")", "(", "{", "}", "`", "\\", "for x in y; do ", "done", "if ", "fi", "<<", "#", "$", "${", "=", "\n", "rm -rf /x", "&", ">")
            .Array[0, 30].Select(parts => string.Concat(parts))).Sample(
        text =>
        {
            // Written down and read again it is the same list.
            var script = ShellScript.Parse(text);
            return script is null || ShellScript.Parse(script.ToString()) is { } again && again.ToString() == script.ToString();
        },
        iter: 50_000);
}
