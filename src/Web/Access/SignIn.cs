using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Access;

/// <summary>Takes the access token from a form and keeps it in a cookie, for people.</summary>
internal static class SignIn
{
    public static void MapSignIn(this WebApplication app) =>
        app.MapPost("/sign-in", Post)
            .AllowAnonymous().RequireRateLimiting(InsightAccess.SignInLimit).ExcludeFromDescription()
            .DisableAntiforgery();

    public static Task TooManyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "60";
        return Problem.WriteAsync(
            context, ProblemKinds.TooManyTries,
            "Too many tries from this address. Wait a minute and try again.");
    }

    // Foreign origins are refused before this; a wrong token only costs its sender time.
    private static async Task<IResult> Post(
        [FromForm] string? token, [FromForm] string? to, HttpContext context, AccessToken access,
        CancellationToken cancellationToken)
    {
        var target = RedirectHttpResult.IsLocalUrl(to) ? to! : "/";
        if (token is null || !access.Matches(token.Trim()))
        {
            await Task.Delay(500, cancellationToken);
            return Results.Redirect("/sign-in?wrong=1&to=" + Uri.EscapeDataString(target));
        }

        context.Response.Cookies.Append(AccessToken.Cookie, access.MakeCookie(), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            // A proxy that ends TLS says so; who lies about it only makes their own cookie stricter.
            Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
            MaxAge = TimeSpan.FromDays(30),
            IsEssential = true,
        });
        return Results.Redirect(target);
    }
}
