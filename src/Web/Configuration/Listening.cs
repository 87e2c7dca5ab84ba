using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace ImageInsight.Web.Configuration;

/// <summary>What the program binds to: loopback unless told otherwise, and then only with an access token.</summary>
internal static class Listening
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    public static void Configure(WebApplicationBuilder builder, InsightSettings settings)
    {
        if (!settings.WebEnabled)
        {
            builder.Services.AddSingleton<IServer, NoServer>();
            return;
        }

        var urls = Urls(builder.Configuration);
        foreach (var url in urls)
            if (settings.AccessToken is null && !IsLoopback(url))
                throw new SettingException(
                    $"Insight__AccessToken is not set, but '{url}' can be reached from other machines. Set a token of "
                        + "at least 16 characters, or listen on http://127.0.0.1:PORT.");
        builder.WebHost.UseUrls(urls);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, SocketBuffers>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Endpoints that take uploads set their own limit.
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
    }

    /// <summary>--urls or ASPNETCORE_URLS, or the ports variables that container images set, or the default.</summary>
    public static string[] Urls(IConfiguration configuration)
    {
        // Kestrel prefers these to any url, so they would get around the check above.
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            throw new SettingException(
                "Kestrel__Endpoints is not supported; say what to listen on with --urls or ASPNETCORE_URLS.");
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ports = configuration["http_ports"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return ports.Length > 0 ? [.. ports.Select(p => $"http://*:{p}")] : [DefaultUrl];
    }

    public static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new SettingException($"--urls: '{url}' is not an address to listen on. {e.Message}");
        }
    }

    /// <summary>Kestrel takes any host but localhost and addresses for a wildcard, names below localhost too.</summary>
    private static bool IsLoopback(string url)
    {
        var address = Parse(url);
        return address.IsUnixPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    /// <summary>Binds nothing: a worker without pages.</summary>
    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
