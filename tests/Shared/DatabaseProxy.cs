using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ImageInsight.Tests;

/// <summary>A Postgres server that can go away and come back, without hurting those who share the real one.</summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly (string Host, int Port) real;
    private readonly int port;
    private readonly List<TcpClient> open = [];
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;

    public DatabaseProxy(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        real = (builder.Host!, builder.Port);
        Start(0);
        port = ((IPEndPoint)listener!.LocalEndpoint).Port;
        (builder.Host, builder.Port) = ("127.0.0.1", port);
        ConnectionString = builder.ConnectionString;
    }

    public string ConnectionString { get; }

    public void GoAway()
    {
        listener?.Dispose();
        listener = null;
        lock (open)
        {
            open.ForEach(c => c.Dispose());
            open.Clear();
        }
    }

    public void ComeBack() => Start(port);

    public async ValueTask DisposeAsync()
    {
        GoAway();
        await accepting;
    }

    private void Start(int at)
    {
        listener = new TcpListener(IPAddress.Loopback, at);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
                _ = ForwardAsync(await from.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone away.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        lock (open)
            open.AddRange([client, server]);
        try
        {
            await server.ConnectAsync(real.Host, real.Port);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone; the other one follows.
        }

        client.Dispose();
    }
}
