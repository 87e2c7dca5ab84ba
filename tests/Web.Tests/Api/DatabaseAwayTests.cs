using System.Net;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Api;

public sealed class DatabaseAwayTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Archive => new ArchiveBuilder().WithLayer(l => l.File("a", 2000)).DockerArchive();

    [Fact]
    public async Task While_the_database_restarts_every_call_says_to_try_again()
    {
        await using var database = new DatabaseProxy((await services.DatabaseAsync(Engine.Postgres))!);
        await using var service = await ServiceProcess.StartAsync(services.NewFolder(), database.ConnectionString);
        var done = await service.UploadAsync(Archive, cancellationToken: Token);
        await service.EndedAsync(done, Token);
        database.GoAway();
        foreach (var (method, path) in new[]
                 {
                     ("PUT", "/api/images/upload"), ("GET", "/api/analyses"), ("GET", $"/api/analyses/{done}"),
                     ("DELETE", $"/api/analyses/{done}"),
                     ("GET", $"/api/analyses/{done}/findings"), ("GET", $"/api/analyses/{done}/shares"),
                 })
        {
            using var answer = await SendAsync(service, method, path);
            await UploadTests.ProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "database-unavailable");
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        var digest = ArchiveBuilder.Sha(Archive);
        foreach (var (method, path) in new[] { ("POST", $"/v2/app/blobs/uploads/?digest={digest}"),
            ("GET", "/v2/app/manifests/1") })
        {
            using var answer = await SendAsync(service, method, path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["errors"]![0]!;
            Assert.Equal(
                ("UNAVAILABLE", "database-unavailable"), (error.Of<string>("code"), error.Of<string>("detail")));
        }

        // The upload of before, and nothing of the one that was refused.
        Assert.Single(Directory.GetFiles(Path.Combine(service.DataDirectory, "spool"), "*.tar*"));
        database.ComeBack();
        var again = await service.UploadAsync(Archive, cancellationToken: Token);
        Assert.Equal("done", (await service.EndedAsync(again, Token)).Of<string>("state"));
    }

    private static async Task<HttpResponseMessage> SendAsync(ServiceProcess service, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "PUT" or "POST")
            request.Content = new ByteArrayContent(Archive);
        return await service.Client.SendAsync(request, Token);
    }
}
