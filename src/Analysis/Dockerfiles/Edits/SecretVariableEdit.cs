using System.Text;
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
        var wanted = remedy.Variables.ToHashSet(StringComparer.Ordinal);
        var holders = new Dictionary<string, List<Holder>>(StringComparer.Ordinal);
        foreach (var step in draft.Steps.Where(s => s.Keyword is "ENV" or "ARG"
            && s.Text.Contains("=***", StringComparison.Ordinal)))
        {
            draft.Work.Spend(step.Text.Length);
            var holder = new Holder(step);
            foreach (var name in holder.Names.Where(wanted.Contains))
            {
                if (!holders.TryGetValue(name, out var list))
                    holders.Add(name, list = []);
                list.Add(holder);
            }
        }

        if (holders.Count == 0)
            return false;
        var users = Users(draft, holders);
        // A build argument that no RUN names is read by a program that is not seen here.
        if (holders.Any(h => !users.ContainsKey(h.Key) && h.Value.TrueForAll(s => s.Step.Keyword == "ARG")))
            return false;
        foreach (var (name, set) in holders)
        {
            foreach (var run in users.GetValueOrDefault(name) ?? [])
            {
                run.Options.Add($"--mount=type=secret,id={name.ToLowerInvariant()},env={name}");
                run.Answers.Add(finding.Id);
            }

            foreach (var holder in set)
                TakeOut(draft, finding, name, holder);
        }

        foreach (var holder in holders.Values.SelectMany(h => h).Distinct())
            holder.WriteBack();
        draft.Answer(finding);
        return true;
    }

    /// <summary>By secret, the RUNs that name it: <c>$TOKEN</c>, <c>${TOKEN:-x}</c>.</summary>
    private static Dictionary<string, List<Step>> Users(Draft draft, Dictionary<string, List<Holder>> secrets)
    {
        var users = new Dictionary<string, List<Step>>(StringComparer.Ordinal);
        foreach (var step in draft.Steps.Where(s => s.IsRun))
        {
            draft.Work.Spend(step.Text.Length);
            foreach (var match in Reference().EnumerateMatches(step.Text))
            {
                var name = step.Text.AsSpan(match.Index, match.Length).TrimStart("${").ToString();
                if (!secrets.ContainsKey(name))
                    continue;
                if (!users.TryGetValue(name, out var list))
                    users.Add(name, list = []);
                if (list.Count == 0 || list[^1] != step)
                    list.Add(step);
            }
        }

        return users;
    }

    private static void TakeOut(Draft draft, Finding finding, string name, Holder holder)
    {
        var step = holder.Step;
        var text = step.Keyword == "ENV"
            ? $"{name} is a secret: give it to the container when it starts (docker run -e {name}), not to the "
                + "image."
            : $"{name} is a secret: docker build --secret id={name.ToLowerInvariant()},env={name}";
        if (holder.TryTakeOut(name))
        {
            step.Answers.Add(finding.Id);
            step.Margin.Add((text, finding.Id));
        }
        else if (draft.After(step).FirstOrDefault() is { } next)
        {
            next.Margin.Add((text, finding.Id));
            draft.Remove(step);
        }
        else
        {
            draft.Replace(step, new Step { Keyword = "", Text = text, Answers = [finding.Id] });
        }
    }

    /// <summary>An ENV or ARG with masked values, cut into them and what is between them.</summary>
    private sealed class Holder
    {
        private readonly Dictionary<string, List<(int Start, int End)>> masked = new(StringComparer.Ordinal);
        private readonly SortedSet<(int Start, int End)> gone = [];
        private int left;

        public Holder(Step step)
        {
            Step = step;
            left = step.Text.Count(c => !char.IsWhiteSpace(c));
            foreach (Match match in Masked().Matches(step.Text))
            {
                var name = match.Groups[1].Value;
                if (!masked.TryGetValue(name, out var places))
                    masked.Add(name, places = []);
                places.Add((match.Index, match.Index + match.Length));
            }
        }

        public Step Step { get; }

        public IReadOnlyCollection<string> Names => masked.Keys;

        /// <summary>False when nothing else is left.</summary>
        public bool TryTakeOut(string name)
        {
            foreach (var place in masked[name])
            {
                left -= Step.Text.AsSpan(place.Start, place.End - place.Start).Trim().Length;
                gone.Add(place);
            }

            return left > 0;
        }

        public void WriteBack()
        {
            if (left == 0 || gone.Count == 0)
                return;
            var text = new StringBuilder();
            var at = 0;
            foreach (var (start, end) in gone)
            {
                text.Append(Step.Text, at, start - at);
                at = end;
            }

            Step.Text = text.Append(Step.Text, at, Step.Text.Length - at).ToString().Trim();
        }
    }

    [GeneratedRegex(@"(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=\*\*\*(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Masked();

    [GeneratedRegex(@"\$\{?\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
