using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ImageInsight.Tests;

/// <summary>
/// Debian's docker-registry on a free port, over a folder of its own, with a password or without; and skopeo to fill
/// it.
/// </summary>
public sealed class RegistryServer : IAsyncDisposable
{
    public const string User = "tester";

    public const string Password = "a-pass-word-of-the-tests-5df0";

    private readonly string directory;
    private readonly Process process;

    private RegistryServer(string host, string directory, Process process, bool isPrivate)
    {
        Host = host;
        IsPrivate = isPrivate;
        this.directory = directory;
        this.process = process;
    }

    public string Host { get; }

    public bool IsPrivate { get; }

    public static bool IsInstalled => File.Exists("/usr/bin/docker-registry") && File.Exists("/usr/bin/skopeo");

    public static async Task<RegistryServer> StartAsync(bool isPrivate, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("insight-registry-").FullName;
        var port = FreePort();
        var configuration =
            $$"""
            version: 0.1
            log: {level: warn}
            storage:
              filesystem:
                rootdirectory: {{directory}}/data
            http:
              addr: 127.0.0.1:{{port}}
            """;
        if (isPrivate)
        {
            configuration += $"\nauth: {{htpasswd: {{realm: tests, path: {directory}/htpasswd}}}}\n";
            await RunAsync("htpasswd", ["-Bbc", directory + "/htpasswd", User, Password], cancellationToken);
        }

        await File.WriteAllTextAsync(directory + "/config.yml", configuration, cancellationToken);
        var start = new ProcessStartInfo(
            "docker-registry",
            ["serve", directory + "/config.yml"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("REGISTRY_AUTH_FILE");
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new RegistryServer($"127.0.0.1:{port}", directory, process, isPrivate);
        await server.WaitAsync(cancellationToken);
        return server;
    }

    public HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(
            "http://" + Host)
        };
        if (IsPrivate)
            client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{Password}")));
        return client;
    }

    /// <param name="source">As skopeo writes it: <c>docker-archive:FILE</c>, <c>oci-archive:FILE</c>.</param>
    public Task PushAsync(
        string source, string repositoryAndTag, CancellationToken cancellationToken, params string[] options) =>
        CopyAsync(source, $"docker://{Host}/{repositoryAndTag}", IsPrivate ? [
            .. options, "--dest-creds", $"{User}:{Password}"
        ] : options, cancellationToken);

    public static Task<string> CopyAsync(
        string source, string target, string[] options, CancellationToken cancellationToken) => RunAsync(
        "skopeo", ["--insecure-policy", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", .. options,
            source, target], cancellationToken);

    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var running = Process.Start(start)!;
        var output = running.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await running.StandardError.ReadToEndAsync(cancellationToken);
        await running.WaitForExitAsync(cancellationToken);
        return running.ExitCode == 0
            ? await output + errors
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {running.ExitCode}: {errors}");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{Host}/v2/"), cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }

        throw new InvalidOperationException("docker-registry does not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
