using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace ImageInsight.Browser.Tests.Stage;

/// <summary>The real program as its own process, on a free port and a data folder of its own.</summary>
internal sealed partial class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string dataDirectory;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningService(Process process, string dataDirectory)
    {
        this.process = process;
        this.dataDirectory = dataDirectory;
    }

    public Uri Address { get; private set; } = null!;

    public static async Task<RunningService> StartAsync(string connectionString, CancellationToken cancellationToken)
    {
        var folder = WebFolder();
        var data = Directory.CreateTempSubdirectory("insight-browser-").FullName;
        var start = new ProcessStartInfo("dotnet", ["ImageInsight.Web.dll", "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Insight"] = connectionString;
        start.Environment["Insight__DataDirectory"] = data;
        start.Environment["Insight__Outbound__Allow"] = "127.0.0.0/8";
        start.Environment["Insight__Registries__Insecure"] = "127.0.0.0/8";
        var service = new RunningService(new Process { StartInfo = start, EnableRaisingEvents = true }, data);
        await service.WaitUntilReadyAsync(cancellationToken);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(dataDirectory, recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (
            _, _) => ready.TrySetException(new InvalidOperationException("The service ended at its start:\n" + Log()));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Address = await ready.Task.WaitAsync(StartTime, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException("The service was not ready in time:\n" + Log(), e);
        }
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
        // "  open      http://127.0.0.1:43567"
        if (OpenLine().Match(line) is { Success: true } match)
            ready.TrySetResult(new Uri(match.Groups[1].Value));
    }

    private string Log()
    {
        lock (log)
            return log.ToString();
    }

    /// <summary>
    /// artifacts/bin/Web/CONFIGURATION beside artifacts/bin/Browser.Tests/CONFIGURATION, both from the same build.
    /// </summary>
    private static string WebFolder()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, "Web", own.Name);
    }

    [GeneratedRegex(@"^\s+open\s+(http://\S+)")]
    private static partial Regex OpenLine();
}
