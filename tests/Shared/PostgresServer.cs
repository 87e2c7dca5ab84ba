using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ImageInsight.Tests;

/// <summary>
/// A Postgres of its own for a test run, from the binaries that are installed (POSTGRES_BIN, else the newest of
/// Debian's, else the PATH), on a free port. With INSIGHT_TEST_POSTGRES set, databases are made on that server instead.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly string? directory;
    private readonly Process? process;
    private readonly string connectionString;
    private readonly string log;

    private PostgresServer(string connectionString, string? directory, Process? process, string log)
    {
        this.connectionString = connectionString;
        this.directory = directory;
        this.process = process;
        this.log = log;
    }

    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("INSIGHT_TEST_POSTGRES") is { Length: > 0 } given)
            return new PostgresServer(given, null, null, "");
        var directory = Directory.CreateTempSubdirectory("insight-postgres-").FullName;
        var data = Path.Combine(directory, "data");
        if (IsRoot)
            await RunAsync(Start("chown", "postgres", directory), cancellationToken);
        await RunAsync(
            AsServer("initdb", "--pgdata", data, "--username", "insight", "--auth", "trust", "--encoding", "UTF8",
                "--no-locale", "--no-sync"),
            cancellationToken);
        var port = FreePort();
        var log = Path.Combine(directory, "log");
        // Durability is for data that outlives the run.
        var start = AsServer(
            "postgres", "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", directory, "-c",
            "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c",
            "full_page_writes=off", "-c", "max_connections=200", "-c", "logging_collector=on", "-c",
            "log_directory=" + directory, "-c", "log_filename=log");
        var server = new PostgresServer(
            $"Host=127.0.0.1;Port={port};Username=insight;Database=postgres", directory, Process.Start(start)!, log);
        try
        {
            await server.WaitAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database; answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"insight_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is made of hex digits, three lines up.
        command.CommandText = $"CREATE DATABASE {name}";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        // The postmaster alone: it ends its children, and with SIGQUIT without waiting for clients.
        if (!process.HasExited)
            await RunAsync(Start("kill", "-QUIT", await PostmasterAsync()), CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(directory!, recursive: true);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var until = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (until.Elapsed < StartTime && !process!.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
            catch (NpgsqlException e)
            {
                throw new InvalidOperationException(
                    "Postgres did not start:\n"
                        + (File.Exists(log) ? await File.ReadAllTextAsync(log, cancellationToken) : ""), e);
            }
        }
    }

    /// <summary>
    /// First line of its lock file; under another user the process started here is not the postmaster itself.
    /// </summary>
    private async Task<string> PostmasterAsync()
    {
        var file = Path.Combine(directory!, "data", "postmaster.pid");
        return File.Exists(file) ? (await File.ReadAllLinesAsync(file))[0]
            : process!.Id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Postgres refuses to run as root.</summary>
    private static bool IsRoot => Environment.UserName == "root";

    private static ProcessStartInfo AsServer(string program, params string[] arguments) => IsRoot
        ? Start("setpriv", [
            "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", Binary(program), .. arguments
        ])
        : Start(Binary(program), arguments);

    private static string Binary(string program)
    {
        var folders = Environment.GetEnvironmentVariable("POSTGRES_BIN") is { Length: > 0 } given
            ? [given]
            : Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql")
                    .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var v) ? v : 0)
                    .Select(d => Path.Combine(d, "bin"))
                : Enumerable.Empty<string>();
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists) ?? program;
    }

    private static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments)
    {
        // A folder that every user may enter.
        WorkingDirectory = "/",
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} failed:\n{await output}\n{await errors}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
