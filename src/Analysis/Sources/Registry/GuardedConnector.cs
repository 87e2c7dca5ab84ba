using System.Net;
using System.Net.Sockets;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// Opens every outbound connection. The name is resolved here, all its addresses are checked, and one that was checked
/// is connected to, so that no second resolution can lead elsewhere.
/// </summary>
internal sealed class GuardedConnector(
    HostList allow, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(10);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve = resolve ?? Dns.GetHostAddressesAsync;

    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await CheckedAsync(host, port, cancellationToken).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(addresses[i], port, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or TimeoutException && i + 1 < addresses.Count)
            {
                // The host has another.
            }
        }
    }

    /// <summary>
    /// Never empty; throws when a single one of them is blocked: a name that mixes them is no accident.
    /// </summary>
    internal async Task<IReadOnlyList<IPAddress>> CheckedAsync(
        string host, int port, CancellationToken cancellationToken)
    {
        var literal = host.Trim('[', ']');
        var addresses = IPAddress.TryParse(literal, out var address)
            ? [address]
            : await resolve(host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!allow.ContainsName(host, port)
            && Array.Exists(addresses, a => AddressRules.IsBlocked(a) && !allow.Contains(a)))
            throw new BlockedAddressException(host);
        return addresses;
    }

    private static async Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken).AsTask()
                .WaitAsync(PerAddress, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
