using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ImageInsight.Web.Tests.Worker;

/// <summary>Layers are stored while an image is read: what a kill, a stop or damage does to them.</summary>
public sealed class StoredLayerTests(Services services)
{
    private const int Layers = 5;

    private const int Files = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Killed_between_storing_layers_and_linking_them_it_appears_whole_or_not_at_all(Engine engine)
    {
        var folder = services.NewFolder();
        var database = await services.DatabaseAsync(engine);
        (string, string) lease = ("Insight__Worker__LeaseSeconds", "3");
        string? id = null;
        // After the first layer, in the middle, and about when the last ones are linked.
        foreach (var layers in new[] { 1, 3, Layers })
        {
            await using var service = await ServiceProcess.StartAsync(folder, database, settings: lease);
            id ??= await service.UploadAsync(Image(), "big", Token);
            while (await CountAsync(folder, database, "layers") < layers && await StateAsync(service, id) != "done")
                await Task.Delay(5, Token);
            await service.KillAsync();
            var linked = await CountAsync(folder, database, "image_layers");
            Assert.Equal(await CountAsync(folder, database, "images") * Layers, linked);
        }

        await using var last = await ServiceProcess.StartAsync(folder, database, settings: lease);
        var done = await last.EndedAsync(id!, Token);
        Assert.Equal("done", done["state"]!.GetValue<string>());
        Assert.Equal(Layers * Files, done["summary"]!["visibleFiles"]!.GetValue<int>());
        Assert.Equal((long)Layers * Files * 700, done["summary"]!["visibleBytes"]!.GetValue<long>());
        Assert.Equal(Layers, await CountAsync(folder, database, "layers"));
        Assert.Equal(Layers, await CountAsync(folder, database, "image_layers"));
        Assert.Single((await last.GetAsync("/api/analyses", Token))["items"]!.AsArray());
        Assert.NotNull(await last.GetAsync($"/api/analyses/{id}/tree", Token));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_damaged_layer_is_said_by_its_code_and_is_whole_again_in_a_moment(Engine engine)
    {
        var folder = services.NewFolder();
        var database = await services.DatabaseAsync(engine);
        // Nothing is kept in memory after a new start.
        string id;
        await using (var first = await ServiceProcess.StartAsync(folder, database))
        {
            id = await first.UploadAsync(
                new ArchiveBuilder().WithLayer(l => l.File("a", 5)).DockerArchive(), "x", Token);
            await first.EndedAsync(id, Token);
        }

        await RunAsync(folder, database, engine == Engine.Sqlite
            ? "UPDATE layer_pieces SET content = zeroblob(30)"
            : "UPDATE layer_pieces SET content = decode('00', 'hex')");
        await using var service = await ServiceProcess.StartAsync(folder, database);
        using var answer = await service.Client.GetAsync(
            new Uri($"/api/analyses/{id}/tree", UriKind.Relative), Token);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        Assert.Equal((503, "stored-layer-damaged"), ((int)answer.StatusCode, problem["code"]!.GetValue<string>()));
        var again = System.Text.RegularExpressions.Regex.Match(
            problem["detail"]!.GetValue<string>(), "as analysis ([0-9a-f-]{36})").Groups[1].Value;
        Assert.Equal("done", (await service.EndedAsync(again, Token))["state"]!.GetValue<string>());
        Assert.NotNull(await service.GetAsync($"/api/analyses/{id}/tree", Token));
    }

    [Fact]
    public async Task The_page_of_a_damaged_image_says_so()
    {
        var folder = services.NewFolder();
        string id;
        await using (var first = await ServiceProcess.StartAsync(folder))
        {
            id = await first.UploadAsync(
                new ArchiveBuilder().WithLayer(l => l.File("a", 5)).DockerArchive(), "x", Token);
            await first.EndedAsync(id, Token);
        }

        await RunAsync(folder, null, "UPDATE layer_pieces SET content = zeroblob(30)");
        // Nobody reads it again meanwhile.
        await using var service = await ServiceProcess.StartAsync(
            folder, settings: ("Insight__Worker__Enabled", "false"));
        using var page = await service.Client.GetAsync(new Uri($"/images/{id}", UriKind.Relative), Token);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains(
            "It is read again now", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static byte[] Image()
    {
        var image = new ArchiveBuilder();
        for (var layer = 0; layer < Layers; layer++)
        {
            var number = layer;
            image.WithLayer(l =>
            {
                for (var f = 0; f < Files; f++)
                    l.File($"d{number}/f{f}", 700, (char)('a' + (f % 20)));
            });
        }

        return image.DockerArchive(ArchiveBuilder.Gzip);
    }

    private static async Task<string> StateAsync(ServiceProcess service, string id) =>
        (await service.GetAsync($"/api/analyses/{id}", Token))["state"]!.GetValue<string>();

    private static async Task<long> CountAsync(string folder, string? database, string table) =>
        Convert.ToInt64(
            await RunAsync(folder, database, $"SELECT count(*) FROM {table}"),
            System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<object?> RunAsync(string folder, string? database, string text)
    {
        await using System.Data.Common.DbConnection connection = database is null
            ? new SqliteConnection($"Data Source={Path.Combine(folder, "insight.db")};Pooling=False")
            : new NpgsqlConnection(database);
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync(Token);
    }
}
