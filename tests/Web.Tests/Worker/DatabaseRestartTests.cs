using ImageInsight.Web.Tests.Registries;
using Npgsql;

namespace ImageInsight.Web.Tests.Worker;

public sealed class DatabaseRestartTests(Services services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Six_restarts_of_the_database_that_outlast_the_lease_cost_no_attempt()
    {
        await using var database = new DatabaseProxy((await services.DatabaseAsync(Engine.Postgres))!);
        using var slow = new GatedRegistry();
        var folder = services.NewFolder();
        (string, string)[] settings = [.. GatedRegistry.Settings, ("Insight__Worker__LeaseSeconds", "5")];
        await using var service = await ServiceProcess.StartAsync(
            folder, database.ConnectionString, settings: settings);
        // Has nothing to do, and takes what others lose.
        await using var idle = ServiceProcess.Launch(
            folder, database.ConnectionString, null,
            [.. settings, ("Insight__Web__Enabled", "false")]);
        var id = await slow.PullAsync(service);
        for (var restart = 0; restart < 6; restart++)
        {
            database.GoAway();
            await Task.Delay(TimeSpan.FromSeconds(6.5), Token);
            // The one that works is the later of the two to find the database again.
            await service.SignalAsync("STOP");
            database.ComeBack();
            await Task.Delay(TimeSpan.FromSeconds(2.5), Token);
            await service.SignalAsync("CONT");
            await Task.Delay(TimeSpan.FromSeconds(1.5), Token);
        }

        slow.Open();
        var ended = await service.EndedAsync(id, Token);
        Assert.Equal("done", ended.Of<string>("state"));
        Assert.Equal(1, await AttemptsAsync(database, id));
    }

    [Fact]
    public async Task A_result_that_is_there_when_the_database_is_away_is_stored_when_it_is_back()
    {
        await using var database = new DatabaseProxy((await services.DatabaseAsync(Engine.Postgres))!);
        using var slow = new GatedRegistry();
        await using var service = await ServiceProcess.StartAsync(
            services.NewFolder(), database.ConnectionString, settings: GatedRegistry.Settings);
        var id = await slow.PullAsync(service);
        database.GoAway();
        slow.Open();
        await Task.Delay(TimeSpan.FromSeconds(5), Token);
        database.ComeBack();
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        Assert.Equal("done", (await service.EndedAsync(id, Token)).Of<string>("state"));
        Assert.Equal(1, await AttemptsAsync(database, id));
    }

    private static async Task<int> AttemptsAsync(DatabaseProxy database, string id)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("SELECT attempts FROM analyses WHERE id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(id) });
        return (int)(await command.ExecuteScalarAsync(Token))!;
    }
}
