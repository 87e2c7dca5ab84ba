using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Tests;

/// <summary>The real program as a process of its own, from the build output, in Production.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private ServiceProcess(ProcessStartInfo start, Uri address, string dataDirectory)
    {
        Address = address;
        DataDirectory = dataDirectory;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var plain = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        Client = new HttpClient(new DeclaredAnswers(plain)) { BaseAddress = address };
    }

    public Uri Address { get; }

    public string DataDirectory { get; }

    public HttpClient Client { get; }

    public int ProcessId => process.Id;

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Where the build put the program: beside the tests' own output.</summary>
    public static string Program
    {
        get
        {
            // artifacts/bin/PROJECT/release/
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "Web", here.Name, "ImageInsight.Web.dll");
        }
    }

    public static string NewDataDirectory() => Directory.CreateTempSubdirectory("insight-web-").FullName;

    public static ServiceProcess Launch(
        string dataDirectory, string? postgres = null, string? urls = null,
        params (string Key, string Value)[] settings)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Program, "--urls", urls ?? $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Insight__DataDirectory"] = dataDirectory;
        start.Environment["ConnectionStrings__Insight"] = postgres ?? "";
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        return new ServiceProcess(
            start, new Uri(urls?.Replace(
                "0.0.0.0", "127.0.0.1", StringComparison.Ordinal) ?? $"http://127.0.0.1:{port}"), dataDirectory);
    }

    public static async Task<ServiceProcess> StartAsync(
        string dataDirectory, string? postgres = null, string? urls = null,
        params (string Key, string Value)[] settings)
    {
        var service = Launch(dataDirectory, postgres, urls, settings);
        await service.WaitUntilReadyAsync();
        return service;
    }

    public async Task WaitUntilReadyAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The service ended with code {process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The service does not become ready:\n" + Output);
    }

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>As whoever started it stops it; answers the code with which it ended.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>As a power cut would: no handler runs.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Uploads and answers the analysis' id.</summary>
    public async Task<string> UploadAsync(
        byte[] archive, string name = "test", CancellationToken cancellationToken = default)
    {
        using var body = new ByteArrayContent(archive);
        using var answer = await Client.PutAsync(
            new Uri($"/api/images/upload?name={Uri.EscapeDataString(name)}", UriKind.Relative), body,
            cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["id"]!.GetValue<string>();
    }

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken = default) =>
        (await Client.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative), cancellationToken))!;

    /// <summary>The analysis once it has ended.</summary>
    public async Task<JsonNode> EndedAsync(string id, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < 1200; i++)
        {
            var analysis = await GetAsync("/api/analyses/" + id, cancellationToken);
            if (analysis["state"]!.GetValue<string>() is "done" or "failed")
                return analysis;
            await Task.Delay(100, cancellationToken);
        }

        throw new TimeoutException("The analysis does not end:\n" + Output);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Client.Dispose();
    }

    private void Note(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
