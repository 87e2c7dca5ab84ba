namespace ImageInsight.Analysis.Dockerfiles.Indexes;

/// <summary>Which instructions name a file: as a word or a part of a path, or anywhere in their text.</summary>
internal sealed class Mentions(IReadOnlyList<Step> steps, WorkBudget work)
{
    /// <summary>A search looks at several at once.</summary>
    private const int CharactersPerStep = 8;

    /// <summary>Slots by the hash of three letters.</summary>
    private const int Slots = 1 << 16;

    private Dictionary<string, List<Step>>? runs;
    private Dictionary<string, List<Step>>? copies;
    private Dictionary<string, List<Step>>? readers;

    /// <summary>Where instructions run: from which order on, ascending.</summary>
    private List<(long Order, string Directory)>? folders;
    private readonly HashSet<Step> removed = [];

    /// <summary>By three letters, the order of the last instruction that has them; null when to be made.</summary>
    private long[]? letters;

    /// <summary>By name, the last instruction whose text has it, as it was when it was looked for.</summary>
    private readonly Dictionary<string, Step?> last = new(StringComparer.Ordinal);

    /// <summary>The highest order of those that changed since.</summary>
    private long changed = -1;

    /// <summary>A RUN after this one names it.</summary>
    public bool ByRunAfter(Step step, string name) =>
        Named(runs ??= IndexOf(s => s.IsRun, s => s.Text), name, s => s.IsRun, s => s.Text)
            .Any(s => s.Order > step.Order);

    /// <summary>An instruction between two others that may read files has a path in its text.</summary>
    public bool InTextBetween(Step first, Step last, string path)
    {
        readers ??= IndexOf(IsReader, s => s.Text);
        // What a slash ends in the path stands whole in the text.
        var start = path.AsSpan().IndexOfAnyExcept('/');
        var end = start < 0 ? 0 : EndOfName(path, start);
        var candidates = start < 0 || end == start || end == path.Length
            ? steps.Where(IsReader)
            : readers.GetValueOrDefault(path[start..end]) ?? [];
        foreach (var step in candidates)
        {
            work.Spend(1);
            if (step.Order <= first.Order || step.Order >= last.Order || removed.Contains(step))
                continue;
            work.Spend(step.Text.Length / CharactersPerStep);
            if (step.Text.Contains(path, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The same of one that runs in a folder, or below it.</summary>
    public bool InFolderBetween(Step first, Step last, string path)
    {
        if (folders is null)
        {
            folders = [];
            work.Spend(steps.Count);
            foreach (var step in steps)
                if (folders.Count == 0 || folders[^1].Directory != step.Directory)
                    folders.Add((step.Order, step.Directory));
        }

        for (var i = 0; i < folders.Count; i++)
        {
            work.Spend(1);
            var end = i + 1 < folders.Count ? folders[i + 1].Order : long.MaxValue;
            if (end > first.Order && folders[i].Order < last.Order && Paths.IsIn(folders[i].Directory, path)
                && steps.Any(s => IsReader(s) && s.Order > first.Order && s.Order < last.Order
                    && Paths.IsIn(s.Directory, path)))
                return true;
        }

        return false;
    }

    /// <summary>Another COPY takes it from the context by name.</summary>
    public bool ByOtherCopy(Step step, string name) =>
        Named(copies ??= IndexOf(IsContextCopy, SourcesOf), name, IsContextCopy, SourcesOf).Any(s => s != step);

    /// <summary>A text that runs after this instruction, or when the container starts, has the name in it.</summary>
    public bool InTextAfter(Step step, string name)
    {
        work.Spend(1 + name.Length);
        letters ??= LettersOf();
        // Edits go from the first instruction to the last: mostly, what changed is before the one at hand.
        if (changed > step.Order)
        {
            last.Clear();
            changed = -1;
        }

        for (var i = 0; i + 3 <= name.Length; i++)
            if (letters[Slot(name.AsSpan(i, 3))] <= step.Order)
                return false;
        if (!last.TryGetValue(name, out var found))
        {
            for (var i = steps.Count - 1; i >= 0 && found is null; i--)
            {
                work.Spend(1 + (steps[i].Text.Length / CharactersPerStep));
                if (IsRead(steps[i]) && steps[i].Text.Contains(name, StringComparison.Ordinal))
                    found = steps[i];
            }

            last[name] = found;
        }

        return found is not null && found.Order > step.Order;
    }

    /// <summary>It stands in the Dockerfile, with a text that is new.</summary>
    public void Note(Step step)
    {
        (runs, copies) = (null, null);
        if (readers is not null && IsReader(step))
            AddNames(readers, step, step.Text);
        if (letters is not null && IsRead(step))
            AddLetters(letters, step);
        if (last.Count > 0)
            changed = Math.Max(changed, step.Order);
    }

    public void Remove(Step step)
    {
        (runs, copies) = (null, null);
        removed.Add(step);
        if (last.ContainsValue(step))
            last.Clear();
    }

    /// <summary>Some stand elsewhere, or in the place of others.</summary>
    public void Forget()
    {
        (runs, copies, readers, folders, letters, changed) = (null, null, null, null, null, -1);
        last.Clear();
    }

    private static bool IsReader(Step step) => step.Keyword is "RUN" or "VOLUME" or "ONBUILD";

    private static bool IsRead(Step step) => step.IsRun || step.Keyword is "CMD" or "ENTRYPOINT";

    private static bool IsContextCopy(Step step) => step is { IsCopy: true, IsFromStage: false };

    private static string SourcesOf(Step step) => step.CopiedTo?.Sources ?? step.Text;

    private Dictionary<string, List<Step>> IndexOf(Func<Step, bool> wanted, Func<Step, string> textOf)
    {
        var index = new Dictionary<string, List<Step>>(StringComparer.Ordinal);
        foreach (var step in steps.Where(wanted))
        {
            var text = textOf(step);
            AddNames(index, step, text);
        }

        return index;
    }

    private void AddNames(Dictionary<string, List<Step>> index, Step step, string text)
    {
        work.Spend(1 + text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfName(text, at);
            if (end > at)
            {
                if (!index.TryGetValue(text[at..end], out var list))
                    index.Add(text[at..end], list = []);
                if (list.Count == 0 || list[^1] != step)
                    list.Add(step);
            }

            at = end + 1;
        }
    }

    private IEnumerable<Step> Named(
        Dictionary<string, List<Step>> index, string name, Func<Step, bool> wanted, Func<Step, string> textOf)
    {
        work.Spend(1 + name.Length);
        var start = 0;
        while (start < name.Length && !IsNameCharacter(name[start]))
            start++;
        var end = EndOfName(name, start);
        if (start == 0 && end == name.Length)
        {
            // The last ones first: any of them will do.
            var named = index.GetValueOrDefault(name) ?? [];
            for (var i = named.Count - 1; i >= 0; i--)
            {
                work.Spend(1);
                yield return named[i];
            }

            yield break;
        }

        var candidates = start == name.Length ? steps.Where(wanted) : index.GetValueOrDefault(name[start..end]) ?? [];
        foreach (var step in candidates)
        {
            work.Spend(1 + (textOf(step).Length / CharactersPerStep));
            if (Has(textOf(step), name))
                yield return step;
        }
    }

    private static bool Has(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
            name, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !IsNameCharacter(text[at - 1]))
                && (at + name.Length == text.Length || !IsNameCharacter(text[at + name.Length])))
                return true;
        return false;
    }

    private static int EndOfName(string text, int at)
    {
        while (at < text.Length && IsNameCharacter(text[at]))
            at++;
        return at;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private long[] LettersOf()
    {
        var found = new long[Slots];
        Array.Fill(found, -1);
        foreach (var step in steps.Where(IsRead))
            AddLetters(found, step);
        return found;
    }

    private void AddLetters(long[] found, Step step)
    {
        work.Spend(1 + step.Text.Length);
        for (var i = 0; i + 3 <= step.Text.Length; i++)
        {
            ref var slot = ref found[Slot(step.Text.AsSpan(i, 3))];
            slot = Math.Max(slot, step.Order);
        }
    }

    private static int Slot(ReadOnlySpan<char> three) =>
        (int)((((uint)three[0] * 31) + three[1]) * 131 + three[2]) & (Slots - 1);
}
