using System.Threading.RateLimiting;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;

namespace ImageInsight.Web.Access;

/// <summary>Who may ask for what: the host name, the origin, the access token.</summary>
internal static class InsightAccess
{
    public const string SignInLimit = "sign-in";

    private const string CircuitLimit = "circuit";

    /// <summary>
    /// Circuits of people without the token, in all: those who look at shared links. Each takes some 300 kB.
    /// </summary>
    private const int CircuitsOfStrangers = 100;

    /// <summary>Enough for somebody who mistypes; a guesser of 16 characters gets nowhere.</summary>
    private const int SignInsPerMinute = 10;

    public static IServiceCollection AddInsightAccess(this IServiceCollection services, InsightSettings settings)
    {
        services.AddDataProtection().SetApplicationName("ImageInsight")
            .PersistKeysToFileSystem(new DirectoryInfo(settings.KeysDirectory));
        services.AddSingleton<AccessToken>();
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, TokenAuthentication>(
                TokenAuthentication.SchemeName, null);
        // An endpoint that says nothing needs the token.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(o =>
        {
            o.OnRejected = (context, _) => new ValueTask(
                EndpointMarks.Has<EndpointMarks.Circuit>(context.HttpContext)
                    ? Problem.WriteAsync(
                        context.HttpContext, ProblemKinds.TooManyVisitors,
                        "Too many people look at shared links now. Try again later.")
                    : SignIn.TooManyAsync(context.HttpContext));
            o.AddPolicy(CircuitLimit, context => context.User.Identity?.IsAuthenticated == true
                ? RateLimitPartition.GetNoLimiter(true)
                : RateLimitPartition.GetConcurrencyLimiter(
                    false, _ => new ConcurrencyLimiterOptions { PermitLimit = CircuitsOfStrangers }));
            o.AddPolicy(SignInLimit, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress,
                _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = SignInsPerMinute,
                    Window = TimeSpan.FromMinutes(1)
                }));
        });
        return services;
    }

    /// <summary>Headers of every answer; before all else, so that errors have them too.</summary>
    public static void UseInsightHeaders(this WebApplication app) => app.UseMiddleware<SecurityHeaders>();

    /// <summary>After routing: every rule asks the endpoint.</summary>
    public static void UseInsightAccess(this WebApplication app, InsightSettings settings)
    {
        app.Use((context, next) =>
        {
            // Remembered: the page that is shown for a link that has ended is another endpoint.
            if (EndpointMarks.Has<SecretAddressAttribute>(context))
                context.Items[typeof(SecretAddressAttribute)] = true;
            return next(context);
        });
        app.UseMiddleware<HostRule>(settings);
        app.UseMiddleware<OriginRule>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
    }

    /// <summary>Components are pages; what else the framework maps beside them are their circuits.</summary>
    public static void MarkPages(this RazorComponentsEndpointConventionBuilder pages) => pages.Add(endpoint =>
    {
        if (endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
        {
            endpoint.Metadata.Add(EndpointMarks.Page.Mark);
            // The framework maps GET and POST alone; whoever checks a link asks with HEAD.
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods)
                endpoint.Metadata.Add(new HttpMethodMetadata([.. methods.HttpMethods, HttpMethods.Head]));
            return;
        }

        endpoint.Metadata.Add(EndpointMarks.Circuit.Mark);
        // A circuit can only be opened with the signed description of a component that a served page held.
        endpoint.Metadata.Add(new AllowAnonymousAttribute());
        endpoint.Metadata.Add(new EnableRateLimitingAttribute(CircuitLimit));
    });
}
