using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>What the image says of its packages, made once for all databases and rules that ask.</summary>
internal sealed partial class PackageNeeds
{
    private static readonly HashSet<string> Installers = new(StringComparer.Ordinal)
    {
        "npm", "pnpm", "yarn", "bun", "pip", "pip3", "uv", "poetry", "pdm", "composer", "bundle",
    };

    private static readonly HashSet<string> Installing = new(StringComparer.Ordinal)
    {
        "ci", "i", "install", "sync", "add",
    };

    private readonly FindingContext image;
    private readonly Lazy<Dictionary<(int Database, string Name), List<int>>> providers;
    private readonly Lazy<HashSet<string>?> libraries;
    private readonly Lazy<int> lastInstall;
    private readonly ConcurrentDictionary<string, bool> scripts = new(StringComparer.Ordinal);
    private readonly HashSet<string>?[] words;

    public PackageNeeds(FindingContext image)
    {
        this.image = image;
        providers = new(() => PackageLinks.Providers(image.Packages.Claims, image.Work));
        libraries = new(FindLibraries);
        lastInstall = new(() => image.Facts.Layers.LastOrDefault(l => Installs(l.Instruction))?.Index ?? -1);
        words = new HashSet<string>?[image.Facts.Layers.Count];
    }

    /// <summary>As <see cref="PackageLinks.Providers"/> gives them.</summary>
    public Dictionary<(int Database, string Name), List<int>> Providers => providers.Value;

    /// <summary>
    /// The libraries that programs without a package are linked with, by file name; null when that is not known of one
    /// of them.
    /// </summary>
    public HashSet<string>? Libraries => libraries.Value;

    /// <summary>The highest layer whose instruction installs packages of a language; -1 for none.</summary>
    public int LastInstall => lastInstall.Value;

    /// <summary>True when there is a file of that ending that no system package has.</summary>
    public bool HasForeign(string ending) =>
        scripts.GetOrAdd(ending, e => image.Names.Ending(e).Any(IsForeign));

    // dnf install -y git-2.43.0 'gcc' && ...
    public HashSet<string> Words(int layer)
    {
        if (words[layer] is { } known)
            return known;
        var instruction = image.InstructionOf(layer) ?? "";
        image.Work.Spend(instruction.Length);
        return words[layer] = [.. Separators().Split(instruction)];
    }

    private HashSet<string>? FindLibraries()
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
        {
            image.Work.Spend(image.Tree.Layers[layer].Layer.Captures.Count);
            foreach (var capture in image.Tree.Layers[layer].Layer.Captures)
                if (capture.Kind == ElfFiles.Kind && image.Tree.PlaceOf(layer, capture.Ordinal) is var node and >= 0
                    && IsForeign(node)
                    && ElfFacts.Parse(capture.Bytes) is { } facts)
                {
                    image.Work.Spend(capture.Bytes.Length);
                    if (facts.Libraries is null)
                        return null;
                    needed.UnionWith(facts.Libraries);
                }
        }

        return needed;
    }

    /// <summary>A visible file that no system package has.</summary>
    private bool IsForeign(int node) =>
        image.Tree.Nodes[node] is { Visible: true, Inode: >= 0 } file && image.Packages.OwnerOf(file.Inode) is var owner
        && (owner < 0 || image.Packages.Claims[owner].Carrier >= 0);

    /// <summary>
    /// One of its commands is an installer, and goes on with an installing word, or with the end of the line.
    /// </summary>
    private bool Installs(string? instruction)
    {
        var text = instruction ?? "";
        image.Work.Spend(text.Length);
        var started = false;
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && IsWord(text[end]))
                end++;
            if (end == at)
            {
                started &= text[at++] is not ('&' or '|' or ';');
                continue;
            }

            if (started && Installing.Contains(text[at..end]))
                return true;
            started |= Installers.Contains(text[at..end]);
            at = end;
        }

        return started;
    }

    private static bool IsWord(char c) =>
        char.IsLetterOrDigit(c) || c is '_' or '\u200c' or '\u200d';

    [GeneratedRegex(@"[\s;&|""'=]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
