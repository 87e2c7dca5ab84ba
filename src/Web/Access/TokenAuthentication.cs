using System.Security.Claims;
using System.Text.Encodings.Web;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ImageInsight.Web.Access;

/// <summary>
/// Knows whoever brings the access token, and everybody where none is set. What an endpoint asks for is said where it
/// is mapped; the fallback policy asks for the token.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessToken token)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        token.IsGiven(Request)
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "token")], Scheme.Name)),
                Scheme.Name))
            : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IErrorForm>() is { } form)
        {
            // The token is the password, whatever the user is called: `docker login -u insight HOST`.
            Response.Headers.WWWAuthenticate = "Basic realm=\"ImageInsight\"";
            Response.StatusCode = ProblemKinds.TokenRequired.Status;
            return form.WriteAsync(
                Context, ProblemKinds.TokenRequired, "This service needs its access token as the password.");
        }

        if (EndpointMarks.Has<EndpointMarks.Page>(Context)
            && (HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method)))
        {
            Response.Redirect("/sign-in?to=" + Uri.EscapeDataString(Request.Path + Request.QueryString));
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(
            Context, ProblemKinds.TokenRequired,
            "This service needs its access token: send it as 'Authorization: Bearer TOKEN'.");
    }
}
