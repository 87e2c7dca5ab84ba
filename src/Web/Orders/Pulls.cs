using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Registries;

namespace ImageInsight.Web.Orders;

/// <summary>Takes orders for pulls, and looks behind references without pulling.</summary>
internal sealed class Pulls(
    AnalysisIntake intake, CredentialStore credentials, CredentialVault vault, RegistryHttp http,
    InsightSettings settings)
{
    /// <summary>More than an index has, and few enough to ask for each.</summary>
    private const int MaxPlatforms = 64;

    public static readonly ProblemKind[] Problems =
        [.. PullOrder.Problems, ProblemKinds.NamedCredentialMissing, ProblemKinds.CredentialOfAnotherRegistry];

    public async Task<Guid> EnqueueAsync(PullOrder order, CancellationToken cancellationToken)
    {
        if (order.Credential is { } own)
        {
            var id = Guid.CreateVersion7();
            return await intake.EnqueuePullAsync(
                order.Reference.Familiar, new PullRequest(order.Reference, order.Platform, id, vault.Protect(id, own)),
                cancellationToken);
        }

        var named = await NamedAsync(order, cancellationToken);
        return await intake.EnqueuePullAsync(
            order.Reference.Familiar, new PullRequest(order.Reference, order.Platform, named?.Id), cancellationToken);
    }

    /// <summary>
    /// The platforms behind a reference and what each costs to pull. Manifests travel, layers do not.
    /// </summary>
    public async Task<Inspection> InspectAsync(PullOrder order, CancellationToken cancellationToken)
    {
        var credential = order.Credential;
        if (await NamedAsync(order, cancellationToken) is { } named
            && await credentials.ProtectedAsync(named.Id, cancellationToken) is { } encrypted)
            credential = vault.Unprotect(named.Id, encrypted);
        using var source = await ReferenceSource.OpenAsync(
            http, order.Reference, credential, settings.Limits, cancellationToken);
        var platforms = new List<InspectedPlatform>();
        foreach (var candidate in source.Candidates.Take(MaxPlatforms))
        {
            var (bytes, layers) = await source.SizeAsync(candidate, cancellationToken);
            platforms.Add(new InspectedPlatform(
                candidate.Platform?.ToString(), candidate.Manifest.ToString(), bytes, layers,
                candidate.Platform is { } p && Platform.Own.Runs(p)));
        }

        return new Inspection(order.Reference.ToString(), source.Root.ToString(), platforms, source.Attestations);
    }

    /// <summary>Null when the order names none.</summary>
    public async Task<NamedCredential?> NamedAsync(PullOrder order, CancellationToken cancellationToken)
    {
        if (order.CredentialName is null)
            return null;
        var named = await credentials.FindAsync(order.CredentialName, cancellationToken)
            ?? throw new OrderException(
                ProblemKinds.NamedCredentialMissing, $"There is no saved login '{order.CredentialName}'.");
        return named.Registry == order.Reference.Registry
            ? named
            : throw new OrderException(
                ProblemKinds.CredentialOfAnotherRegistry,
                $"The login '{named.Name}' is for {named.Registry}, "
                + $"and is not sent to {order.Reference.Registry}.");
    }
}

/// <param name="Digest">Of the index or manifest that the reference leads to now.</param>
/// <param name="Attestations">Statements about the images that are listed beside them.</param>
public sealed record Inspection(
    string Reference, string Digest, IReadOnlyList<InspectedPlatform> Platforms, int Attestations);

/// <param name="Platform">Null when neither index nor config says.</param>
/// <param name="Digest">Of this platform's manifest.</param>
/// <param name="PullBytes">Compressed bytes of its layers, by the manifest.</param>
/// <param name="IsDefault">Taken when no platform is named.</param>
public sealed record InspectedPlatform(string? Platform, string Digest, long PullBytes, int Layers, bool IsDefault);
