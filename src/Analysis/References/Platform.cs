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

    /// <summary>Whether this image is for the platform that was asked for; without a variant, any of them.</summary>
    public bool Answers(Platform asked) =>
        Os == asked.Os && Architecture == asked.Architecture && (asked.Variant is null || Variant == asked.Variant);

    public bool Runs(Platform image) => Os == image.Os && Architecture == image.Architecture;

    /// <summary>
    /// <c>os/architecture[/variant]</c>, as Docker's <c>--platform</c> takes it; an architecture alone is Linux's.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Platform? platform)
    {
        platform = (text ?? "").Split('/') switch
        {
            [{ Length: > 0 } architecture] when architecture != "linux" =>
                new Platform("linux", Architectures.GetValueOrDefault(architecture, architecture)),
            [{ Length: > 0 } os, { Length: > 0 } architecture] =>
                new Platform(os, Architectures.GetValueOrDefault(architecture, architecture)),
            [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] =>
                new Platform(os, architecture, variant),
            _ => null,
        };
        if (platform is null || !text!.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-'))
            platform = null;
        return platform is not null;
    }

    /// <summary>As containerd's platforms package normalises them.</summary>
    private static readonly Dictionary<string, string> Architectures = new()
    {
        ["x86_64"] = "amd64",
        ["x86-64"] = "amd64",
        ["aarch64"] = "arm64",
        ["i386"] = "386",
        ["armhf"] = "arm",
    };

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
