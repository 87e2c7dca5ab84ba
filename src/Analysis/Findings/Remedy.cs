using System.Text.Json.Serialization;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// What a change of the Dockerfile has to do about a finding, for programs; <see cref="Fix"/> says it in words. A rule
/// states it only where
/// such a change can be made from the image alone; whether this Dockerfile's text allows it, the edits of a proposal
/// find out.
/// </summary>
/// <remarks>Stored with the finding (see <see cref="RemedyJson"/>): a discriminator or a property that was stored once
/// keeps its name.</remarks>
[JsonDerivedType(typeof(StoreOnce), "store-once")]
[JsonDerivedType(typeof(EmptyCache), "empty-cache")]
[JsonDerivedType(typeof(RemoveFiles), "remove-files")]
[JsonDerivedType(typeof(KeepOutOfContext), "keep-out-of-context")]
[JsonDerivedType(typeof(KeepSecretsOutOfContext), "keep-secrets-out-of-context")]
[JsonDerivedType(typeof(MountSecrets), "mount-secrets")]
[JsonDerivedType(typeof(AddOptions), "add-options")]
[JsonDerivedType(typeof(OmitDevelopment), "omit-development")]
[JsonDerivedType(typeof(JoinInstall), "join-install")]
[JsonDerivedType(typeof(SecondStage), "second-stage")]
public abstract record Remedy
{
    private Remedy()
    {
    }

    /// <summary>
    /// An instruction stored files and the finding's instruction changed them: both belong in one, or the first does it
    /// right.
    /// </summary>
    public sealed record StoreOnce(StoredChange Change) : Remedy;

    /// <summary>The RUN that fills a package manager's cache does not keep it.</summary>
    /// <param name="Cache">One of <see cref="Caches.CacheIds"/>.</param>
    public sealed record EmptyCache(string Cache) : Remedy;

    /// <summary>The RUN that makes some files removes them at its end.</summary>
    /// <param name="Paths">Absolute: files, and directories that go with all that is in them.</param>
    /// <param name="ReadBy">Programs that read them: while a later RUN starts one, they stay.</param>
    /// <param name="AnyRunMayRead">They stay while there is any later RUN.</param>
    public sealed record RemoveFiles(IReadOnlyList<string> Paths, IReadOnlyList<string> ReadBy, bool AnyRunMayRead)
        : Remedy;

    /// <summary>A .dockerignore keeps out what a COPY took from the build context.</summary>
    /// <param name="Names">Names of files and directories, without their places: those are found out for each
    /// context.</param>
    /// <param name="ReadBy">Programs that read them: while a later RUN starts one, they stay.</param>
    public sealed record KeepOutOfContext(IReadOnlyList<string> Names, IReadOnlyList<string> ReadBy) : Remedy;

    /// <summary>
    /// The same of single files with secrets: one that a COPY names itself has to stay in the context.
    /// </summary>
    public sealed record KeepSecretsOutOfContext(IReadOnlyList<string> Names) : Remedy;

    /// <summary>A secret mount gives the values to the RUNs that name them; ENV and ARG do not hold them.</summary>
    /// <param name="Variables">Names of variables.</param>
    public sealed record MountSecrets(IReadOnlyList<string> Variables) : Remedy;

    /// <summary>The commands that install get an option.</summary>
    public sealed record AddOptions(IReadOnlyList<CommandOption> Options) : Remedy;

    /// <summary>The command that installs what a lock file lists leaves out what only development needs.</summary>
    /// <param name="Folder">Where the packages are installed, when that is a name to keep out of the build context;
    /// else null.</param>
    public sealed record OmitDevelopment(string? Folder) : Remedy
    {
        /// <summary>What to do instead where a build in the image needs them; null where that is not known.</summary>
        public SecondStage? Stage { get; init; }
    }

    /// <summary>The RUN that only refreshes a package index becomes part of the RUN that installs.</summary>
    /// <param name="Manager">The program: <c>apt-get</c>.</param>
    public sealed record JoinInstall(string Manager) : Remedy;

    /// <summary>The instructions become a first stage, and a second one takes over what they made.</summary>
    /// <param name="Language">For people: Go, Node, Python, Java, .NET.</param>
    /// <param name="Again">Layers of RUNs whose installs, users and places the second stage needs, too.</param>
    /// <param name="Copies">Without what is below another one.</param>
    public sealed record SecondStage(string Language, IReadOnlyList<int> Again, IReadOnlyList<TakenOver> Copies)
        : Remedy
    {
        /// <summary>What the second FROM names; null for the same as the first.</summary>
        public string? Base { get; init; }

        /// <summary>Commands that end the first stage.</summary>
        public IReadOnlyList<string> Finish { get; init; } = [];

        /// <summary>
        /// System packages that the second stage does not install, and those that it installs instead.
        /// </summary>
        public IReadOnlyList<string> Without { get; init; } = [];

        public IReadOnlyList<string> With { get; init; } = [];

        /// <summary>What goes with them although no finding says so.</summary>
        public IReadOnlyList<StoredRange> Unneeded { get; init; } = [];

        /// <summary>Folders of somebody else than root, which the program may write to.</summary>
        public IReadOnlyList<TakenOver> Folders { get; init; } = [];

        /// <summary>What the image does not tell, for comments.</summary>
        public IReadOnlyList<string> Notes { get; init; } = [];
    }
}

/// <summary>Bodies of one layer, by the ordinals of their entries.</summary>
public sealed record StoredRange(int Layer, int First, int Last);

/// <summary>What a second stage has of the first.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">In numbers, where all of it belongs to one that is not root: 900:900.</param>
public sealed record TakenOver(string Path, bool IsFolder, string? Owner);

/// <summary>What a later instruction did to files that an earlier one had stored.</summary>
public enum StoredChange : byte
{
    Removed = 0,
    Replaced = 1,
    Moved = 2,

    /// <summary>Only mode, owner or time.</summary>
    Metadata = 3,
}

/// <param name="Programs">Names of one command that all take the option.</param>
/// <param name="Verb">What they do: <c>install</c>.</param>
public sealed record CommandOption(IReadOnlyList<string> Programs, string Verb, string Option);
