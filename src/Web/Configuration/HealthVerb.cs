using System.Net;

namespace ImageInsight.Web.Configuration;

/// <summary>
/// <c>--health</c>: asks the running service on this machine, for container images that have no shell or curl.
/// </summary>
internal static class HealthVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_")
                .AddEnvironmentVariables().AddCommandLine(args).Build();
            if (bool.TryParse(configuration["Insight:Web:Enabled"], out var web) && !web)
            {
                Console.WriteLine("a worker alone listens on nothing; it lives as long as its process");
                return 0;
            }

            using var request = new HttpRequestMessage(
                HttpMethod.Get, AddressOf(Listening.Parse(Listening.Urls(configuration)[0])));
            request.Headers.Host = "localhost";
            using var handler = new SocketsHttpHandler { UseProxy = false };
            using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await client.SendAsync(request);
            Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or SettingException)
        {
            await Console.Error.WriteLineAsync("not healthy: " + e.Message);
            return 1;
        }
    }

    /// <summary>The one address that is listened on; a wildcard is asked on loopback.</summary>
    private static Uri AddressOf(BindingAddress bound)
    {
        var host = IPAddress.TryParse(bound.Host, out var ip) && !ip.Equals(IPAddress.Any)
            && !ip.Equals(IPAddress.IPv6Any) ? bound.Host : "127.0.0.1";
        return new Uri($"http://{host}:{bound.Port}/health/ready");
    }
}
