using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Orders;

/// <summary>What somebody asks to be pulled, checked.</summary>
/// <param name="Platform">A platform, <see cref="AllPlatforms"/>, or null for the service's own choice.</param>
/// <param name="CredentialName">A named credential; or <paramref name="Credential"/> for this pull alone; or
/// neither.</param>
internal sealed record PullOrder(
    ImageReference Reference, string? Platform, string? CredentialName = null, RegistryCredential? Credential = null)
{
    public const string AllPlatforms = "all";

    /// <summary>Those that may stand alone, for Linux; any other word is a slip.</summary>
    private static readonly string[] Architectures =
        ["386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"];

    /// <summary>How <see cref="Read"/> refuses.</summary>
    public static readonly ProblemKind[] Problems =
        [ProblemKinds.ReferenceInvalid, ProblemKinds.PlatformInvalid, ProblemKinds.CredentialInvalid];

    public Platform? OnlyPlatform =>
        Platform is null or AllPlatforms || !Analysis.References.Platform.TryParse(Platform, out var platform)
            ? null
            : platform;

    /// <param name="reference">What `docker pull` takes, a command line, or the address of a registry's page.</param>
    /// <param name="platform">Null or blank for the one of the command line, or the service's own.</param>
    public static PullOrder Read(string? reference, string? platform, GivenCredential? credential)
    {
        if (!PastedReference.TryParse(reference, out var pasted, out var error))
            throw new OrderException(ProblemKinds.ReferenceInvalid, error);
        platform = string.IsNullOrWhiteSpace(platform) ? pasted.Platform?.ToString() : ReadPlatform(platform.Trim());
        return credential switch
        {
            null => new PullOrder(pasted.Reference, platform),
            { Name: { Length: > 0 } name, Username: null, Password: null } when !NulText.IsIn(name)
                => new PullOrder(pasted.Reference, platform, name),
            { Name: null, Username: { Length: > 0 } user, Password: { Length: > 0 } password }
                when !user.Contains(':', StringComparison.Ordinal)
                => new PullOrder(pasted.Reference, platform, Credential: new RegistryCredential(user, password)),
            _ => throw new OrderException(
                ProblemKinds.CredentialInvalid,
                "A login is either the name of a saved one, or username and password; a username has no colon."),
        };
    }

    private static string ReadPlatform(string platform)
    {
        if (platform == AllPlatforms)
            return platform;
        return Analysis.References.Platform.TryParse(platform, out var parsed)
            && (platform.Contains('/', StringComparison.Ordinal) || Architectures.Contains(parsed.Architecture))
            ? parsed.ToString()
            : throw new OrderException(
                ProblemKinds.PlatformInvalid, $"'{platform}' is not a platform, like linux/arm64, nor 'all'.");
    }
}
