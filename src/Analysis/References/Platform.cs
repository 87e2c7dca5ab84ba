using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ImageInsight.Analysis.References;

/// <summary>An OCI platform, written <c>os/architecture[/variant]</c>.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>The platform this service runs on; images are Linux's, so is the default.</summary>
    public static Platform Own { get; } = new("linux", RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <summary>
    /// How well this image serves the platform that was asked for, 0 best; null when it does not. Without a variant
    /// any will do, the common one first; with one, those before it run too.
    /// </summary>
    public int? Answers(Platform asked)
    {
        if (!Runs(asked))
            return null;
        var (own, wanted) = (Level, asked.Level);
        // One that nobody has heard of is served by itself alone.
        if (own is null || wanted is null)
            return CommonVariant == asked.CommonVariant ? 0 : asked.Variant is null ? int.MaxValue : null;
        return own <= wanted ? wanted - own : asked.Variant is null ? own : null;
    }

    /// <summary>The best of those that serve a platform, the first one of equals; null for none.</summary>
    public static T? Best<T>(IEnumerable<T> all, Func<T, Platform?> platform, Platform asked)
        where T : class =>
        all.Select(one => (One: one, Rank: platform(one)?.Answers(asked))).Where(a => a.Rank is not null)
            .OrderBy(a => a.Rank).FirstOrDefault().One;

    public bool Runs(Platform image) =>
        Common(Systems, Os) == Common(Systems, image.Os)
        && Common(Architectures, Architecture) == Common(Architectures, image.Architecture);

    /// <summary>
    /// <c>os/architecture[/variant]</c>, as Docker's <c>--platform</c> takes it; an architecture alone is Linux's.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Platform? platform)
    {
        platform = (text ?? "").Split('/') switch
        {
            [{ Length: > 0 } architecture] when Common(Systems, architecture) != "linux" =>
                Create("linux", architecture, null),
            [{ Length: > 0 } os, { Length: > 0 } architecture] => Create(os, architecture, null),
            [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] =>
                Create(os, architecture, variant),
            _ => null,
        };
        if (platform is null || !text!.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-'))
            platform = null;
        return platform is not null;
    }

    // armhf and armel are names of a variant, too.
    private static Platform Create(string os, string architecture, string? variant) => new(
        Common(Systems, os), Common(Architectures, architecture), variant ?? architecture.ToLowerInvariant() switch
        {
            "armhf" => "v7",
            "armel" => "v6",
            _ => null,
        });

    private static string Common(Dictionary<string, string> names, string name) =>
        names.GetValueOrDefault(name, name).ToLowerInvariant();

    /// <summary>As containerd's platforms package normalises them.</summary>
    private static readonly Dictionary<string, string> Architectures = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x86_64"] = "amd64",
        ["x86-64"] = "amd64",
        ["aarch64"] = "arm64",
        ["i386"] = "386",
        ["i486"] = "386",
        ["i586"] = "386",
        ["i686"] = "386",
        ["x86"] = "386",
        ["armhf"] = "arm",
        ["armel"] = "arm",
    };

    private static readonly Dictionary<string, string> Systems = new(StringComparer.OrdinalIgnoreCase)
    {
        ["macos"] = "darwin",
    };

    /// <summary>
    /// With a v, and the one that an architecture means without: arm64 is v8, amd64 v1 and arm v7.
    /// </summary>
    private string CommonVariant => (Variant ?? "").ToLowerInvariant() switch
    {
        "" => Common(Architectures, Architecture) switch
        {
            "arm64" => "v8",
            "amd64" => "v1",
            "arm" => Architecture.Equals("armel", StringComparison.OrdinalIgnoreCase) ? "v6" : "v7",
            _ => "",
        },
        // 8      v8.0
        var stated when char.IsAsciiDigit(stated[0]) => Whole("v" + stated),
        var stated => Whole(stated),
    };

    private static string Whole(string variant) =>
        variant.EndsWith(".0", StringComparison.Ordinal) ? variant[..^2] : variant;

    /// <summary>Of variants of which each runs what is for those before it; null where they are not so.</summary>
    private int? Level =>
        CommonVariant is ['v', .. var number]
        && Version.TryParse(number.Contains('.', StringComparison.Ordinal) ? number : number + ".0", out var version)
        && version is { Major: < 100, Minor: < 100 }
            ? (version.Major * 100) + version.Minor
            : null;

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
