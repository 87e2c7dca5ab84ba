using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Web.Tests.Access;

/// <summary>The program in this process, on a port of its own, so that its endpoints can be listed.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningApp(WebApplication app, Uri address)
    {
        this.app = app;
        Client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = address,
        };
    }

    public HttpClient Client { get; }

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. app.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Distinct()];

    public IServiceProvider Services => app.Services;

    public static async Task<RunningApp> StartAsync(string folder, string token, CancellationToken cancellationToken)
    {
        var app = InsightApp.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Insight:DataDirectory", folder, "--Insight:AccessToken", token,
            "--contentRoot", AppContext.BaseDirectory,
        ]);
        await InsightApp.PrepareAsync(app);
        await app.StartAsync(cancellationToken);
        var features = app.Services.GetRequiredService<IServer>().Features;
        var address = features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new RunningApp(app, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
