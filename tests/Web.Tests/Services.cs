[assembly: AssemblyFixture(typeof(ImageInsight.Web.Tests.Services))]

namespace ImageInsight.Web.Tests;

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>The program on both databases, started once; tests that kill or configure it start their own.</summary>
public sealed class Services : IAsyncLifetime
{
    private readonly Dictionary<Engine, ServiceProcess> running = [];
    private readonly SemaphoreSlim gate = new(1);
    private readonly List<string> folders = [];
    private PostgresServer? postgres;

    public async ValueTask InitializeAsync() => postgres = await PostgresServer.StartAsync(CancellationToken.None);

    public async Task<ServiceProcess> OfAsync(Engine engine)
    {
        await gate.WaitAsync();
        try
        {
            if (!running.TryGetValue(engine, out var service))
                running[engine] = service = await ServiceProcess.StartAsync(NewFolder(), await DatabaseAsync(engine));
            return service;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>An empty Postgres database, or null for SQLite.</summary>
    public async Task<string?> DatabaseAsync(Engine engine) =>
        engine == Engine.Postgres ? await postgres!.CreateDatabaseAsync(CancellationToken.None) : null;

    public string NewFolder()
    {
        var folder = ServiceProcess.NewDataDirectory();
        lock (folders)
            folders.Add(folder);
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in running.Values)
            await service.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        foreach (var folder in folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        gate.Dispose();
    }
}
