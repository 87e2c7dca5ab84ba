using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(ImageInsight.Data.Tests.Engines))]

namespace ImageInsight.Data.Tests;

/// <summary>Both databases; one Postgres serves the whole run, every test has a database of its own.</summary>
public sealed class Engines : IAsyncLifetime
{
    private PostgresServer? postgres;
    private string? missing;

    public async ValueTask InitializeAsync()
    {
        try
        {
            postgres = await PostgresServer.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception
            && Environment.GetEnvironmentVariable("CI") != "true")
        {
            missing = "No Postgres can be started here: " + e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
    }

    /// <param name="change">Of the connection string of Postgres: to one that goes through something.</param>
    public async Task<Database> OpenAsync(
        Engine engine, TimeSpan maxIdleTransaction = default, Func<string, string>? change = null)
    {
        Assert.SkipWhen(engine == Engine.Postgres && missing is not null, missing ?? "");
        var folder = Directory.CreateTempSubdirectory("insight-data-").FullName;
        var connection = engine == Engine.Postgres
            ? await postgres!.CreateDatabaseAsync(TestContext.Current.CancellationToken)
            : null;
        if (connection is not null && change is not null)
            connection = change(connection);
        var clock = new Clock();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services.AddInsightData(
            connection, Path.Combine(folder, "insight.db"), layerCacheBytes: 0, maxIdleTransaction);
        var provider = services.BuildServiceProvider();
        await provider.MigrateInsightAsync(TestContext.Current.CancellationToken);
        return new Database(provider, clock, folder);
    }
}

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>A fresh database and everything that works on it.</summary>
public sealed class Database(ServiceProvider services, Clock clock, string folder) : IAsyncDisposable
{
    private int uploads;

    public Clock Clock { get; } = clock;

    public Contexts Contexts => services.GetRequiredService<Contexts>();

    public AnalysisQueue Queue => services.GetRequiredService<AnalysisQueue>();

    public AnalysisIntake Intake => services.GetRequiredService<AnalysisIntake>();

    public AnalysisControl Control => services.GetRequiredService<AnalysisControl>();

    public AnalysisStore Analyses => services.GetRequiredService<AnalysisStore>();

    public ShareStore Shares => services.GetRequiredService<ShareStore>();

    public SpoolStore Spool => services.GetRequiredService<SpoolStore>();

    public IServiceProvider Services => services;

    public Task<Guid> EnqueueAsync(string name = "app", long bytes = 100)
    {
        // The list is ordered by time.
        Clock.Advance(TimeSpan.FromMilliseconds(5));
        return EnqueueUploadAsync(name, new SpooledUpload($"{++uploads}.tar", bytes));
    }

    /// <summary>One that arrived whole.</summary>
    public async Task<Guid> EnqueueUploadAsync(string name, SpooledUpload upload, Guid? id = null)
    {
        var token = TestContext.Current.CancellationToken;
        var incoming = services.GetRequiredService<IncomingUploads>();
        var begun = await incoming.BeginAsync(name, id, upload.Bytes, token);
        if (!await incoming.EndAsync(begun, upload, [], stillRead: false, token))
            throw new InvalidOperationException("It is gone.");
        return begun.Id;
    }

    public async Task<ClaimedAnalysis> ClaimAsync(string worker = "w1") =>
        await Queue.ClaimAsync(worker, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(
            "Nothing to claim.");

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}

public sealed class Clock : TimeProvider
{
    private DateTimeOffset now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}
