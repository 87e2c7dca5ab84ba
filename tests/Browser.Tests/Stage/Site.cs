using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Site))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace ImageInsight.Browser.Tests.Stage;

/// <summary>One service on one Postgres and one browser for all tests; each test opens windows of its own.</summary>
public sealed class Site : IAsyncLifetime
{
    // No sandbox: tests run as root in containers. The rest keeps the browser from calling home.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check",
        "--metrics-recording-only",
    ];

    private PostgresServer postgres = null!;
    private RunningService service = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    public Uri Address => service.Address;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        postgres = await PostgresServer.StartAsync(token);
        service = await RunningService.StartAsync(await postgres.CreateDatabaseAsync(token), token);
        Client = new HttpClient { BaseAddress = Address };
        // Two cores are shared with a database, a service and the browser.
        Assertions.SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = Arguments,
        });
    }

    /// <summary>A browser that has never been here.</summary>
    public async Task<Window> OpenAsync(
        string path = "/", int width = 1440, ColorScheme theme = ColorScheme.Light, int height = 900,
        bool scripts = true)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            JavaScriptEnabled = scripts,
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var window = new Window(await context.NewPageAsync());
        await window.GoToAsync(path);
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        Client?.Dispose();
        if (service is not null)
            await service.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
    }
}
