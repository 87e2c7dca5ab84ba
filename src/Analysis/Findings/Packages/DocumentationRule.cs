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
                "$GEM_HOME/doc/*", "~/.gem/ruby/*/doc/*", "~/.local/share/gem/ruby/*/doc/*", "/usr/share/ri/*",
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
            .SelectMany(g => g.Find(image, new(Id, Smallest)));
}
