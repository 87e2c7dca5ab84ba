namespace ImageInsight.Analysis.Findings;

/// <summary>Files that a lower layer brought and a later one removed: the delete hides them, the bytes stay.</summary>
internal sealed class DeletedLaterRule : IFindingRule
{
    public string Id => "deleted-later";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, DeadKind.Deleted, i => !image.Moved.Contains(i)))
            yield return image.Finding(
                Id,
                "",
                $"{Phrases.Files(evidence.Count)} deleted after an earlier layer had stored {Phrases.Them(evidence.Count)}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence));
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence)
    {
        var carrier = evidence.MainLayer();
        var place = evidence.MainDirectory();
        var brings = image.InstructionOf(carrier);
        // An index goes after the last install that reads it, not where it was fetched.
        if (Instruction.IsRun(brings) && SystemCaches.Of(evidence.Biggest()[0].Path) is { } cache)
            return new Fix(
                $"A delete in a later layer only hides: layer {carrier} stores the cache of {cache.Name}, and everyone pulls it. Update, install and remove it in one RUN.",
                cache.Flag);
        if (Instruction.IsCopy(brings))
            return new Fix(
                $"Layer {carrier} copies these files in and layer {layer} removes them; everyone still pulls both. " +
                "Leave them out of the COPY (.dockerignore), or lend them to the one command that needs them by a mount.",
                $"RUN --mount=type=bind,source=<source>,target={(place == "/" ? "/src" : place)} <the command that needs them>");
        return new Fix(
            $"A delete in a later layer only hides. Remove the files in the same RUN that makes them (layer {carrier}).",
            $"RUN {Phrases.Command(brings)} \\\n && rm -rf {Removable(evidence, place)}");
    }

    /// <summary>A directory is named whole only when it is clearly the files' own.</summary>
    private static string Removable(EvidenceList evidence, string place) =>
        evidence.Count > 5 && place.Count(c => c == '/') >= 2
            ? place + "/*"
            : string.Join(' ', evidence.Biggest().Take(5).Select(e => e.Path));
}
