using System.Net;
using System.Net.WebSockets;

namespace ImageInsight.Web.Tests.Access;

/// <summary>How much somebody without the token may ask for.</summary>
public sealed class StrangerLimitTests(Services services)
{
    private const string Secret = "correct-horse-battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tries_at_the_sign_in_page_are_limited()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AccessToken", Secret));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++)
        {
            using var form = new FormUrlEncodedContent([new("token", "wrong-wrong-wrong"), new("to", "/")]);
            using var answer = await service.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Token);
            answers.Add(answer.StatusCode);
        }

        Assert.All(answers.Take(10), s => Assert.Equal(HttpStatusCode.Redirect, s));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task Circuits_of_people_without_the_token_are_limited()
    {
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), settings: ("Insight__AccessToken", Secret));
        var sockets = new List<ClientWebSocket>();
        try
        {
            for (var i = 0; i < 100; i++)
                sockets.Add(await OpenCircuitAsync(service, null));
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => OpenCircuitAsync(service, null));
            Assert.Contains("429", refused.Message, StringComparison.Ordinal);
            sockets.Add(await OpenCircuitAsync(service, Secret));
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static async Task<ClientWebSocket> OpenCircuitAsync(ServiceProcess service, string? token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", service.Address.GetLeftPart(UriPartial.Authority));
        if (token is not null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        try
        {
            await socket.ConnectAsync(new UriBuilder(service.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
