using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ImageInsight.Web.Tests.Registries;

namespace ImageInsight.Web.Tests.Worker;

/// <summary>
/// kill -9 at random moments while images are sent, read, stored and linked: nothing that was accepted is lost, nothing
/// is there twice, nothing is half. scripts/kills.sh does it fifty times an engine.
/// </summary>
public sealed class RandomKillTests(Services services, ITestOutputHelper output)
{
    private const int Senders = 3;

    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("INSIGHT_KILLS") ?? "5", CultureInfo.InvariantCulture);

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("INSIGHT_SEED") ?? "16", CultureInfo.InvariantCulture);

    private readonly Dictionary<string, int> sent = [];
    private readonly HashSet<string> accepted = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Nothing_is_lost_double_or_half(Engine engine)
    {
        var (folder, database, random) = (services.NewFolder(), await services.DatabaseAsync(engine), new Random(Seed));
        var seen = new Dictionary<string, int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var service = await StartAsync(folder, database);
            // Until they are all done it takes some two seconds here.
            var sending = Enumerable.Range(0, Senders).Select(i => SendAsync(service, (kill * Senders) + i)).ToList();
            await Task.Delay(random.Next(0, 2500), Token);
            foreach (var state in await StatesAsync(service))
                seen[state] = seen.GetValueOrDefault(state) + 1;
            await service.KillAsync();
            await Task.WhenAll(sending);
        }

        output.WriteLine($"{Kills} kills, {accepted.Count} of {sent.Count} accepted; states when killed: "
            + string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}")));
        await using var last = await StartAsync(folder, database);
        await CheckAsync(last, folder);
    }

    private static Task<ServiceProcess> StartAsync(string folder, string? database) =>
        ServiceProcess.StartAsync(folder, database, settings: ("Insight__Worker__LeaseSeconds", "3"));

    private static async Task<List<string>> StatesAsync(ServiceProcess service) =>
        [.. (await service.GetAsync("/api/analyses", Token))["items"]!.AsArray().Select(a => a!.Of<string>("state"))];

    /// <summary>A layer of all images, one of a quarter of them, one of its own; in three forms.</summary>
    private static byte[] Archive(int number)
    {
        var image = new ArchiveBuilder();
        foreach (var (layer, files) in (IEnumerable<(int, int)>)
        [(0, 1200), (1 + (number % 4), 900), (100 + number, 900)])
            image.WithLayer(l =>
            {
                for (var f = 0; f < files; f++)
                    l.File($"l{layer}/d{f % 50}/f{f}", 300 + (f % 7), (char)('a' + (f % 20)));
            });
        return (number % 3) switch
        {
            0 => image.DockerArchive(),
            1 => image.DockerArchive(ArchiveBuilder.Gzip),
            _ => ArchiveBuilder.Gzip(image.DockerArchive()),
        };
    }

    /// <summary>3,000 files.</summary>
    private static readonly long Bytes = new[] { 1200, 900, 900 }
        .Sum(files => Enumerable.Range(0, files).Sum(f => 300L + (f % 7)));

    private async Task SendAsync(ServiceProcess service, int number)
    {
        var id = Guid.NewGuid().ToString();
        lock (sent)
            sent[id] = number;
        using var body = new ByteArrayContent(Archive(number));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        try
        {
            using var answer = await service.Client.PutAsync(
                new Uri($"/api/images/upload?name=n{number}&id={id}", UriKind.Relative), body, Token);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            lock (accepted)
                accepted.Add(id);
        }
        catch (HttpRequestException)
        {
            // Killed before it answered.
        }
    }

    private async Task CheckAsync(ServiceProcess service, string folder)
    {
        var listed = new List<JsonNode>();
        for (var after = ""; after is not null;)
        {
            var page = await service.GetAsync($"/api/analyses?after={after}", Token);
            listed.AddRange(page["items"]!.AsArray().Select(i => i!));
            after = page["after"]?.GetValue<string>();
        }

        Assert.Equal(listed.Count, listed.Select(a => a.Of<string>("id")).Distinct().Count());
        Assert.Empty(listed.Select(a => a.Of<string>("id")).Except(sent.Keys));
        Assert.Empty(accepted.Except(listed.Select(a => a.Of<string>("id"))));
        var done = 0;
        foreach (var id in listed.Select(a => a.Of<string>("id")))
        {
            var ended = await service.EndedAsync(id, Token);
            if (ended.Of<string>("state") == "failed")
            {
                Assert.DoesNotContain(id, accepted);
                Assert.Equal("upload-incomplete", ended["error"]!.Of<string>("code"));
                continue;
            }

            done++;
            Assert.Equal(Bytes, ended["summary"]!["diskBytes"]!.GetValue<long>());
            Assert.Equal(3000, ended["summary"]!["visibleFiles"]!.GetValue<int>());
            var tree = await service.GetAsync($"/api/analyses/{id}/tree?path=/&depth=1", Token);
            Assert.Equal(
                ((string[])["/l0", $"/l{1 + (sent[id] % 4)}", $"/l{100 + sent[id]}"]).Order(),
                tree["nodes"]!.AsArray().Select(n => n!.Of<string>("path")).Order());
        }

        Assert.InRange(done, accepted.Count, sent.Count);
        // Between an upload's last byte and its row lies a moment: what was killed there is swept an hour later.
        Assert.InRange(
            Directory.GetFiles(Path.Combine(folder, "spool"), "*.tar").Length, done,
            done + sent.Count - accepted.Count);
    }
}
