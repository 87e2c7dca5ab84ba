using ImageInsight.Web.Configuration;
using Microsoft.AspNetCore.DataProtection;

namespace ImageInsight.Web.Access;

/// <summary>Who may ask for what: the host name, the origin, the access token.</summary>
internal static class InsightAccess
{
    public static IServiceCollection AddInsightAccess(this IServiceCollection services, InsightSettings settings)
    {
        services.AddDataProtection().SetApplicationName("ImageInsight").PersistKeysToFileSystem(new DirectoryInfo(settings.KeysDirectory));
        services.AddSingleton<AccessToken>();
        return services;
    }

    public static void UseInsightAccess(this WebApplication app, InsightSettings settings)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<HostRule>(settings);
        app.UseMiddleware<OriginRule>();
        if (settings.AccessToken is not null)
            app.UseMiddleware<TokenRule>();
    }
}
