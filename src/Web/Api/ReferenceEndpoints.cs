using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

/// <summary>Images that are named, not sent.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReferences(this IEndpointRouteBuilder api)
    {
        api.MapPost("/images/pull", PullAsync)
            .WithName("PullImage")
            .WithSummary("Analyse an image of a registry")
            .WithDescription(
                "`reference` is what `docker pull` takes; a command line or the address of a registry's page is understood too. `platform` is OS/ARCH[/VARIANT] " +
                "or `all`; without it the service's own platform is taken. `credential` is `{username, password}` for this pull alone, or `{name}` of a kept one. " +
                "Layers that this service has verified before do not travel again.")
            .Produces<Accepted>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPost("/images/inspect", InspectAsync)
            .WithName("InspectReference")
            .WithSummary("The platforms behind a reference and what each costs to pull; no layer travels")
            .Produces<Inspection>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status502BadGateway);
    }

    private static async Task<IResult> PullAsync(PullBody body, Pulls pulls, CancellationToken cancellationToken)
    {
        try
        {
            var id = await pulls.EnqueueAsync(body.Check(), cancellationToken);
            return TypedResults.Accepted($"/api/analyses/{id}", new Accepted(id, $"/images/{id}"));
        }
        catch (OrderException e)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
    }

    private static async Task<IResult> InspectAsync(PullBody body, Pulls pulls, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await pulls.InspectAsync(body.Check(), cancellationToken));
        }
        catch (OrderException e)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
        catch (ImageException e)
        {
            return Problem.Result(StatusOf(e.Code), e.Code, e.Message);
        }
    }

    private static int StatusOf(string code) => code switch
    {
        ImageErrors.ReferenceNotFound => StatusCodes.Status404NotFound,
        ImageErrors.RegistryDenied or ImageErrors.AddressBlocked => StatusCodes.Status403Forbidden,
        ImageErrors.RegistryBusy => StatusCodes.Status503ServiceUnavailable,
        ImageErrors.RegistryUnreachable or ImageErrors.RegistryError => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}

/// <param name="Reference">What `docker pull` takes.</param>
/// <param name="Platform">OS/ARCH[/VARIANT], or `all`; the service's own when left out.</param>
public sealed record PullBody(string? Reference, string? Platform, CredentialBody? Credential)
{
    internal PullOrder Check()
    {
        if (!PastedReference.TryParse(Reference, out var pasted, out var error))
            throw new OrderException(ImageErrors.ReferenceInvalid, error);
        var platform = string.IsNullOrWhiteSpace(Platform) ? pasted.Platform?.ToString() : Platform.Trim();
        if (platform is not (null or PullOrder.AllPlatforms))
            platform = Analysis.References.Platform.TryParse(platform, out var parsed)
                ? parsed.ToString()
                : throw new OrderException("platform-invalid", $"'{platform}' is not a platform, like linux/arm64, nor 'all'.");
        return Credential switch
        {
            null => new PullOrder(pasted.Reference, platform),
            { Name: { Length: > 0 } name, Username: null, Password: null } => new PullOrder(pasted.Reference, platform, name),
            { Name: null, Username: { Length: > 0 } user, Password: { Length: > 0 } password } when !user.Contains(':', StringComparison.Ordinal)
                => new PullOrder(pasted.Reference, platform, Credential: new RegistryCredential(user, password)),
            _ => throw new OrderException("credential-invalid", "credential is either {username, password} or {name}; a user name has no colon."),
        };
    }
}

/// <summary>Either the name of a kept credential, or user and password (or token) for this pull alone.</summary>
public sealed record CredentialBody(string? Name, string? Username, string? Password);
