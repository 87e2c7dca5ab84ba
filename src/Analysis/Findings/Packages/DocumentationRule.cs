using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Documentation, man pages and translations: read by people, seldom inside a container.</summary>
internal sealed class DocumentationRule : IFindingRule
{
    public const string RuleId = "documentation";

    private const long Smallest = 100_000;

    private static readonly PathGroup[] Groups =
    [
        new(
            "doc",
            "Documentation and man pages",
            Confidence.Maybe,
            [
                "/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/groff/*", "/usr/share/linda/*",
                "/usr/share/lintian/*", "/usr/share/gtk-doc/*", "/usr/local/share/doc/*", "/usr/local/share/man/*",
                "/usr/local/man/*", "**/conda/share/doc", "/usr/share/help/*",
                // Of packages; gem has no say in it.
                "/usr/share/ri/*",
            ],
            "Few containers need them. Configure the package manager not to unpack them (path-exclude for dpkg, " +
            "tsflags=nodocs for dnf); licences may require the copyright files to stay.",
            "RUN printf "
                + "'path-exclude=/usr/share/doc/*\\npath-include=/usr/share/doc/*/copyright\\n"
        + "path-exclude=/usr/share/man/*\\n' \\\n" +
            "    > /etc/dpkg/dpkg.cfg.d/01_nodoc \\\n && apt-get update && apt-get install -y --no-install-recommends "
                + "<packages>")
        {
            Except = ["/usr/share/doc/*/copyright", "/usr/share/doc/*/copyright.gz", "/usr/share/doc/*/*/copyright"],
        },
        new(
            "gem",
            "Documentation of gems",
            Confidence.Maybe,
            [
                "/var/lib/gems/*/doc/*", "/usr/local/lib/ruby/gems/*/doc/*", "/usr/lib/ruby/gems/*/doc/*",
                "$GEM_HOME/doc/*", "~/.gem/ruby/*/doc/*", "~/.local/share/gem/ruby/*/doc/*",
                "/usr/local/share/ri/*",
            ],
            "Only the ri command reads it. Install gems without documentation.",
            "RUN echo 'gem: --no-document' > /etc/gemrc && gem install <gems>"),
        new(
            "locale",
            "Translations and locale data",
            Confidence.Maybe,
            ["/usr/share/locale/*", "/usr/lib/locale/*", "/usr/share/i18n/*", "/usr/lib64/locale/*"],
            "Messages in other languages are only needed where LANG asks for one of them.",
            "RUN printf 'path-exclude=/usr/share/locale/*\\npath-include=/usr/share/locale/en*\\n' > "
                + "/etc/dpkg/dpkg.cfg.d/01_nolocale \\\n" +
            " && apt-get update && apt-get install -y --no-install-recommends <packages>")
        {
            // The C library's own, which programs rely on.
            Except = ["/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8", "/usr/share/locale/locale.alias"],
        },
    ];

    /// <summary>They choose the locale of a program.</summary>
    private static readonly string[] Choices =
        ["LC_ALL", "LANG", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "LC_NUMERIC", "LC_COLLATE", "LC_MONETARY"];

    /// <summary>By group and distribution, where it is not dpkg that unpacks.</summary>
    private static readonly Dictionary<(string Group, string Distribution), string> OtherSnippets =
        new[] { "fedora", "rhel", "centos", "rocky", "almalinux", "ol", "amzn" }.SelectMany(d => new[]
        {
            (Key: ("doc", d), Snippet: "RUN dnf install -y --setopt=tsflags=nodocs <packages>"),
            (Key: ("locale", d),
                Snippet: "RUN echo '%_install_langs C' > /etc/rpm/macros.lang \\\n && dnf install -y <packages>"),
        }).Concat(
        [
            (Key: ("doc", "alpine"),
                Snippet: "# documentation is in packages of its own: leave these out\nRUN apk add --no-cache "
                    + "<packages without -doc>"),
            (Key: ("locale", "alpine"),
                Snippet: "# translations are in packages of their own: leave these out\nRUN apk add --no-cache "
                    + "<packages without -lang>"),
            (Key: ("doc", "arch"),
                Snippet: "RUN sed -i '/^\\[options\\]/a NoExtract = usr/share/doc/* usr/share/man/*' /etc/pacman.conf "
                    + "\\\n && pacman -S --noconfirm <packages>"),
            (Key: ("locale", "arch"),
                Snippet: "RUN sed -i '/^\\[options\\]/a NoExtract = usr/share/locale/*' /etc/pacman.conf \\\n && "
                    + "pacman -S --noconfirm <packages>"),
        ]).ToDictionary(e => e.Key, e => e.Snippet);

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image) =>
        Groups.Select(g => OtherSnippets.TryGetValue((g.Id, image.Packages.Distribution.Id), out var snippet)
            ? g with { Snippet = snippet }
            : g)
            .SelectMany(g => g.Find(image, new(Id, Smallest)))
            .Concat(Locales(image));

    /// <summary>All locales of the C library, of which the variables choose one.</summary>
    private static IEnumerable<Finding> Locales(FindingContext image)
    {
        var chosen = Choices.Select(image.Variable).OfType<string>().Select(Plain).Where(c => c.Length > 0).ToHashSet();
        if (!chosen.Any(c => c is not ("C" or "POSIX" or "C.utf8")) || image.Tree.Find("/usr/lib/locale") is not
            (>= 0 and var folder))
            return [];
        var all = image.Tree.VisibleChildren(folder, image.Work)
            .Where(n => image.Tree.Nodes[n].Kind == EntryKind.Directory).ToList();
        var kept = all.Where(n => Plain(PathText.FromName(image.Tree.NameOf(n))) is var name
            && (chosen.Contains(name) || name is "C" or "POSIX" or "C.utf8")).ToHashSet();
        // Where the chosen one is not there, something else is read.
        if (!kept.Any(n => chosen.Contains(Plain(PathText.FromName(image.Tree.NameOf(n)))) && !IsPlainC(image, n))
            || all.Count - kept.Count < MostKept)
            return [];
        return new PathGroup(
            "locales",
            "Locales that no variable chooses",
            image.Used.Start.IsUnread ? Confidence.Maybe : Confidence.Probable,
            [],
            $"LANG and the like choose {string.Join(", ", chosen.Order(StringComparer.Ordinal))}; a program that asks "
                + "for another locale by name gets none. Generate the one that is needed, and leave out locales-all.",
            "RUN apt-get update \\\n && apt-get install -y --no-install-recommends locales \\\n && echo "
                + $"'{image.Variable("LANG") ?? image.Variable("LC_ALL")} UTF-8' > /etc/locale.gen && locale-gen \\\n"
                + " && rm -rf /var/lib/apt/lists/*").Find(
                    image, new(RuleId, Smallest)
                    {
                        Also = all.Where(n => !kept.Contains(n)),
                        Excluded = LinkedFrom(image, kept),
                    });
    }

    /// <summary>A locale has much in common with others, and is a link there.</summary>
    private static IEnumerable<int> LinkedFrom(FindingContext image, IEnumerable<int> kept)
    {
        var finder = new ProgramFinder(image);
        return [.. kept.SelectMany(k => image.Tree.Below(k, image.Work))
            .Where(n => image.Tree.Nodes[n] is { Visible: true, Kind: EntryKind.Symlink })
            .Select(n => finder.Resolve(image.Tree.PathOf(n))).Where(n => n >= 0)];
    }

    private static bool IsPlainC(FindingContext image, int node) =>
        Plain(PathText.FromName(image.Tree.NameOf(node))) is "C" or "POSIX" or "C.utf8";

    /// <summary>A few are somebody's choice.</summary>
    private const int MostKept = 20;

    // de_DE.UTF-8 is the folder de_DE.utf8.
    private static string Plain(string locale) =>
        locale.Replace("UTF-8", "utf8", StringComparison.OrdinalIgnoreCase);
}
