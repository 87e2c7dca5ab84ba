namespace ImageInsight.Analysis.Dockerfiles.Indexes;

/// <summary>
/// The last instruction that something is true of: whether any one after another does, many findings ask of many
/// instructions.
/// </summary>
internal sealed class LastSteps(IReadOnlyList<Step> steps, WorkBudget work)
{
    private readonly Dictionary<string, (Func<Step, bool> Holds, Step? Last)> known = new(StringComparer.Ordinal);

    /// <param name="key">Of the question.</param>
    /// <param name="holds">Depends on the instruction alone.</param>
    public Step? Find(string key, Func<Step, bool> holds)
    {
        work.Spend(1);
        if (known.TryGetValue(key, out var found))
            return found.Last;
        var at = steps.Count - 1;
        while (at >= 0 && !holds(steps[at]))
            at--;
        work.Spend(steps.Count - at);
        var last = at < 0 ? null : steps[at];
        known[key] = (holds, last);
        return last;
    }

    /// <summary>True when one of the instructions after this one starts one of the programs.</summary>
    public bool RunsAfter(Step step, IEnumerable<string> programs) =>
        programs.Any(p => Find("runs " + p, s => s.Programs.Contains(p)) is { } last && last.Order > step.Order);

    /// <summary>It stands in the Dockerfile, with a text that is new.</summary>
    public void Note(Step step)
    {
        foreach (var (key, (holds, last)) in known.ToList())
            if (holds(step))
                known[key] = (holds, last is null || last.Order < step.Order ? step : last);
            else if (last == step)
                known.Remove(key);
    }

    /// <summary>It was taken out, or stands elsewhere.</summary>
    public void Forget(Step step)
    {
        foreach (var (key, (_, last)) in known.ToList())
            if (last == step)
                known.Remove(key);
    }
}
