using System.Net.Sockets;
using System.Text;

namespace ImageInsight.Web.Tests;

/// <summary>A request whose body does not end: more is stated than is sent.</summary>
internal sealed class OpenRequest : IDisposable
{
    private readonly TcpClient client;
    private readonly NetworkStream stream;

    private OpenRequest(TcpClient client) => (this.client, stream) = (client, client.GetStream());

    public static async Task<OpenRequest> SendAsync(
        Uri service, string requestLine, long stated, byte[] sent, CancellationToken cancellationToken,
        string contentType = "application/octet-stream")
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Host, service.Port, cancellationToken);
        var request = new OpenRequest(client);
        await request.stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{requestLine} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\n"
                + $"Content-Length: {stated}\r\n\r\n"),
            cancellationToken);
        await request.MoreAsync(sent, cancellationToken);
        return request;
    }

    public async Task MoreAsync(byte[] bytes, CancellationToken cancellationToken) =>
        await stream.WriteAsync(bytes, cancellationToken);

    /// <summary>All that is answered until the connection ends.</summary>
    public async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // The connection was reset; what came before counts.
        }

        return text.ToString();
    }

    public void Dispose() => client.Dispose();
}
