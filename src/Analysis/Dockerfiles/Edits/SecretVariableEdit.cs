using System.Text.RegularExpressions;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>The RUNs that name a secret get it by a secret mount; ENV and ARG no longer hold it.</summary>
internal sealed partial class SecretVariableEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.MountSecrets remedy)
            return false;
        var set = draft.Steps.Where(s => s.Keyword is "ENV" or "ARG"
            && s.Text.Contains("=***", StringComparison.Ordinal)).ToList();
        var names = set.SelectMany(s => Masked().Matches(s.Text).Select(m => m.Groups[1].Value))
            .Where(remedy.Variables.Contains).Distinct().ToList();
        if (names.Count == 0)
            return false;
        foreach (var name in names)
        {
            var users = draft.Steps.Where(s => s.IsRun
                && Regex.IsMatch(s.Text, @"\$\{?" + name + @"\b", RegexOptions.CultureInvariant)).ToList();
            // A build argument that no RUN names is read by a program that is not seen here.
            if (users.Count == 0 && set.TrueForAll(s => s.Keyword == "ARG" || !Holds(s, name)))
                return false;
        }

        foreach (var name in names)
            Mount(draft, finding, name, [.. set.Where(s => Holds(s, name))]);
        draft.Answer(finding);
        return true;
    }

    private static void Mount(Draft draft, Finding finding, string name, List<Step> set)
    {
        foreach (var run in draft.Steps.Where(s => s.IsRun
            && Regex.IsMatch(s.Text, @"\$\{?" + name + @"\b", RegexOptions.CultureInvariant)))
        {
            run.Options.Add($"--mount=type=secret,id={name.ToLowerInvariant()},env={name}");
            run.Answers.Add(finding.Id);
        }

        foreach (var step in set)
        {
            var next = draft.Steps.ElementAtOrDefault(draft.IndexOf(step) + 1);
            var rest = Regex.Replace(
                step.Text, @"(^|\s)" + name + @"=\*\*\*(?=\s|$)", "", RegexOptions.CultureInvariant).Trim();
            var text = step.Keyword == "ENV"
                ? $"{name} is a secret: give it to the container when it starts (docker run -e {name}), not to the "
                    + "image."
                : $"{name} is a secret: docker build --secret id={name.ToLowerInvariant()},env={name}";
            if (rest.Length > 0)
            {
                step.Text = rest;
                step.Answers.Add(finding.Id);
                step.Margin.Add((text, finding.Id));
            }
            else if (next is not null)
            {
                next.Margin.Add((text, finding.Id));
                draft.Steps.Remove(step);
            }
            else
            {
                var place = draft.IndexOf(step);
                draft.Steps[place] = new Step { Keyword = "", Text = text, Answers = [finding.Id] };
            }
        }
    }

    private static bool Holds(Step step, string name) =>
        Masked().Matches(step.Text).Any(m => m.Groups[1].Value == name);

    [GeneratedRegex(@"(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=\*\*\*(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Masked();
}
