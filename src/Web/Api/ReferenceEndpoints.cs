using System.Text.Json.Serialization;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api;

/// <summary>Images that are named, not sent.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReferences(this IEndpointRouteBuilder api)
    {
        api.MapPost("/images/pull", PullAsync).WithTags("Images")
            .WithName("PullImage")
            .WithSummary("Analyse an image of a registry")
            .WithDescription(
                "`reference` is what `docker pull` takes; a command line or the address of a registry's page is " +
                "understood too. `platform` is OS/ARCH[/VARIANT] or `all`; without it the service's own platform is " +
                "taken. `credential` is `{username, password}` for this pull alone, or `{name}` of a saved login. " +
                "Layers that this service has verified before are not downloaded again.")
            .CanFail(Pulls.Problems);
        api.MapPost("/images/inspect", InspectAsync).WithTags("Images")
            .WithName("InspectReference")
            .WithSummary("The platforms behind a reference and what each costs to pull; downloads no layer")
            .CanFail(Pulls.Problems)
            .CanFail(ImageProblems.OfRegistries);
    }

    private static async Task<Accepted<AcceptedAnswer>> PullAsync(
        [FromBody] PullBody body, Pulls pulls, CancellationToken cancellationToken) =>
        AcceptedAnswer.For(await pulls.EnqueueAsync(body.ToOrder(), cancellationToken));

    private static async Task<Ok<Inspection>> InspectAsync(
        [FromBody] PullBody body, Pulls pulls, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pulls.InspectAsync(body.ToOrder(), cancellationToken));
}

/// <param name="Reference">What `docker pull` takes.</param>
/// <param name="Platform">OS/ARCH[/VARIANT], or `all`; the service's own when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PullBody(string? Reference, string? Platform, CredentialBody? Credential)
{
    internal PullOrder ToOrder() => PullOrder.Read(
        Reference, Platform,
        Credential is null ? null : new GivenCredential(Credential.Name, Credential.Username, Credential.Password));
}

/// <summary>Either the name of a saved login, or user and password (or token) for this pull alone.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CredentialBody(string? Name, string? Username, string? Password);
