using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>A request as it came over the wire; header names in lower case.</summary>
internal sealed record OddRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Target.Split('?')[0];

    public string Query =>
        Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..]
            : "";

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>An answer, with everything that can be wrong with one.</summary>
internal sealed record OddAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>The connection ends after so many bytes of the body.</summary>
    public int? CutAt { get; init; }

    /// <summary>Other than the body's own.</summary>
    public long? StatedLength { get; init; }

    /// <summary>Between single bytes of the body.</summary>
    public TimeSpan Drip { get; init; }

    public static OddAnswer Json(string json, int status = 200) =>
        new(status, Encoding.UTF8.GetBytes(json), ("Content-Type", "application/json"));

    public static OddAnswer Empty(int status, params (string Name, string Value)[] headers) => new(status, [], headers);
}

/// <summary>A registry on loopback that does what a test tells it to, a connection a request.</summary>
internal sealed class OddRegistry : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<OddRequest> requests = [];
    private readonly Task accepting;
    private Func<OddRequest, OddAnswer?> answer;

    public OddRegistry(Func<OddRequest, OddAnswer?>? answer = null)
    {
        this.answer = answer ?? (_ => null);
        listener.Start();
        accepting = Task.Run(AcceptAsync);
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public Dictionary<string, (byte[] Bytes, string MediaType)> Manifests { get; } = [];

    public IReadOnlyList<OddRequest> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    /// <summary>What is asked before the honest answer; null lets that one through.</summary>
    public void Answer(Func<OddRequest, OddAnswer?> with) => answer = with;

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
    }

    /// <summary>Blobs and manifest of an image, under the tag and under the digest.</summary>
    public OddImage Add(string tag, params byte[][] layers)
    {
        var config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = "amd64",
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(l => (JsonNode)ArchiveBuilder.Sha(l))])
            },
        }.ToJsonString());
        var blobs = layers.Select(ArchiveBuilder.Gzip).ToArray();
        var manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor(config, "application/vnd.oci.image.config.v1+json"),
            ["layers"] = new JsonArray([
                .. blobs.Select(b => (JsonNode)Descriptor(b, "application/vnd.oci.image.layer.v1.tar+gzip"))
            ]),
        }.ToJsonString());
        foreach (var blob in blobs.Append(config))
            Blobs[ArchiveBuilder.Sha(blob)] = blob;
        AddManifest(tag, manifest);
        return new OddImage(manifest, [.. blobs.Select(ArchiveBuilder.Sha)], blobs);
    }

    public void AddManifest(string tag, byte[] manifest, string type = "application/vnd.oci.image.manifest.v1+json") =>
        Manifests[tag] = Manifests[ArchiveBuilder.Sha(manifest)] = (manifest, type);

    public static JsonObject Descriptor(byte[] bytes, string mediaType) =>
        new() { ["mediaType"] = mediaType, ["digest"] = ArchiveBuilder.Sha(bytes), ["size"] = bytes.Length };

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is not { } request)
                    return;
                lock (requests)
                    requests.Add(request);
                await WriteAsync(stream, answer(request) ?? Honest(request));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client had enough, or the test.
        }
    }

    private OddAnswer Honest(OddRequest request)
    {
        var name = request.Path.Split('/')[^1];
        if (request.Path.Contains("/manifests/", StringComparison.Ordinal)
            && Manifests.TryGetValue(name, out var manifest))
            return new OddAnswer(200, manifest.Bytes, ("Content-Type", manifest.MediaType));
        if (!request.Path.Contains("/blobs/", StringComparison.Ordinal) || !Blobs.TryGetValue(name, out var blob))
            return OddAnswer.Json("{}", 404);
        if (request.Header("range") is not { } range)
            return new OddAnswer(200, blob);
        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return new OddAnswer(206, blob[from..], ("Content-Range", $"bytes {from}-{blob.Length - 1}/{blob.Length}"));
    }

    private async Task<OddRequest?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        // A TLS greeting is none.
        if (await reader.ReadLineAsync(stop.Token) is not { } first
            || !first.EndsWith(" HTTP/1.1", StringComparison.Ordinal))
            return null;
        var headers = new Dictionary<string, string>();
        while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant()] =
                line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return new OddRequest(first.Split(' ')[0], first.Split(' ')[1], headers);
    }

    private async Task WriteAsync(NetworkStream stream, OddAnswer reply)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} X\r\nConnection: close\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.StatedLength ?? reply.Body.Length}\r\n");
        foreach (var (name, value) in reply.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), stop.Token);
        var body = reply.CutAt is { } cut ? reply.Body.AsMemory(0, cut) : reply.Body;
        if (reply.Drip == TimeSpan.Zero)
            await stream.WriteAsync(body, stop.Token);
        else
            for (var i = 0; i < body.Length; i++)
            {
                await stream.WriteAsync(body.Slice(i, 1), stop.Token);
                await Task.Delay(reply.Drip, stop.Token);
            }
    }
}

internal sealed record OddImage(byte[] Manifest, string[] LayerDigests, byte[][] LayerBlobs);
