using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Web.Orders;

/// <summary>What somebody asks to be pulled, checked.</summary>
/// <param name="Platform">A platform, <see cref="AllPlatforms"/>, or null for the service's own choice.</param>
/// <param name="CredentialName">A named credential; or <paramref name="Credential"/> for this pull alone; or neither.</param>
internal sealed record PullOrder(ImageReference Reference, string? Platform, string? CredentialName = null, RegistryCredential? Credential = null)
{
    public const string AllPlatforms = "all";

    public Platform? OnlyPlatform => Platform is null or AllPlatforms || !Analysis.References.Platform.TryParse(Platform, out var platform) ? null : platform;
}
