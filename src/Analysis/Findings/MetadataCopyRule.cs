namespace ImageInsight.Analysis.Findings;

/// <summary>Files stored again with the same content because a later layer changed their mode, owner or time.</summary>
internal sealed class MetadataCopyRule : IFindingRule
{
    public string Id => "metadata-copy";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, DeadKind.SameContent))
            yield return image.Finding(
                Id,
                "",
                $"{Phrases.Files(evidence.Count)} stored again with the same content{By(image.InstructionOf(layer))}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, image.InstructionOf(layer), evidence));
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, DeadKind.RestoredFromBase))
            yield return image.Finding(
                Id,
                "base",
                $"{Phrases.Files(evidence.Count)} of the base image stored again with the same content{By(image.InstructionOf(layer))}",
                Confidence.Probable,
                layer,
                evidence,
                new Fix(
                    $"The base has these files already; layer {layer} stores them a second time only for their mode, owner or time. Leave them as the base has them.",
                    $"# layer {layer}\n#   {Phrases.Short(image.InstructionOf(layer))}"));
    }

    private static string By(string? instruction) => instruction switch
    {
        { } i when Instruction.IsCopy(i) => " by a second copy",
        { } i when i.Contains("chown", StringComparison.Ordinal) => " by a chown",
        { } i when i.Contains("chmod", StringComparison.Ordinal) => " by a chmod",
        _ => "",
    };

    private static Fix FixFor(FindingContext image, int layer, string? instruction, EvidenceList evidence)
    {
        if (Instruction.IsCopy(instruction))
            return new Fix(
                $"The image has these files already, and layer {layer} copies them once more: as they are, with another owner, mode or time. Copy them once, the rest before or after.",
                $"# layer {layer}, without what an earlier layer has\n{Phrases.Short(instruction)}");
        var copied = evidence.Biggest().Any(e => Instruction.IsCopy(image.InstructionOf(e.Layer)));
        var flag = instruction?.Contains("chmod", StringComparison.Ordinal) == true
            ? $"--chmod={Octal(Argument(instruction, "chmod"))}"
            : $"--chown={Argument(instruction, "chown") ?? "user:group"}";
        return copied
            ? new Fix(
                $"Changing mode or owner stores every file a second time (layer {layer}). Let COPY or ADD set it at once and drop the later instruction.",
                $"COPY {flag} <source> {evidence.MainDirectory()}")
            : new Fix(
                $"Changing mode, owner or time stores every file a second time (layer {layer}). Do it in the RUN that makes the files, or make them as the right user.",
                $"RUN <the command that makes them> \\\n && {Phrases.Short(Instruction.IsRun(instruction) ? instruction![4..].Trim() : instruction)}");
    }

    /// <summary>COPY --chmod takes octal modes with every builder; symbolic ones only with recent ones.</summary>
    private static string Octal(string? mode) => mode is { Length: > 0 } && mode.All(char.IsAsciiDigit) ? mode : "0755";

    /// <summary>The first operand after the command's options: <c>chown -R app:app /srv</c> gives <c>app:app</c>.</summary>
    private static string? Argument(string? instruction, string command)
    {
        var words = (instruction ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(words, w => w == command || w.EndsWith('/' + command));
        return at < 0 ? null : words.Skip(at + 1).FirstOrDefault(w => !w.StartsWith('-'));
    }
}
