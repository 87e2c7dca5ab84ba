using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace ImageInsight.Benchmarks;

/// <summary>What a person waits for at an image's page, in a browser of its own: milliseconds.</summary>
internal static class PageCommand
{
    /// <summary>When the map was painted: the browser says so of the element, or of its first content.</summary>
    private const string Painted =
        """
        () => new Promise(done => {
          const map = document.querySelector('svg.map');
          if (!map) return done(-1);
          const paints = performance.getEntriesByType('paint').filter(p => p.name === 'first-contentful-paint');
          if (paints.length) return done(paints[0].startTime);
          new PerformanceObserver(list => done(list.getEntries()[0].startTime))
            .observe({ type: 'paint', buffered: true });
        })
        """;

    private const string FirstByte = "() => performance.getEntriesByType('navigation')[0].responseStart";

    /// <param name="url">Of the page, of a service that was just started.</param>
    public static async Task<int> RunAsync(string url)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        page.SetDefaultTimeout(60_000);
        // What the browser itself needs for its first page is no matter of the service.
        await page.GotoAsync("about:blank");
        var first = await OpenAsync(page, url);
        await page.GotoAsync("about:blank");
        var again = await OpenAsync(page, url);
        await page.Locator("[data-interactive], body").First.WaitForAsync();
        await Task.Delay(2000);
        var down = new List<double>();
        for (var step = 0; step < 3; step++)
        {
            var watch = Stopwatch.StartNew();
            var path = await page.EvaluateAsync<string?>(
                """
                () => {
                  const open = document.querySelector('div.treemap').dataset.path;
                  const tile = [...document.querySelectorAll('svg.map a[data-path]')]
                    .find(a => a.dataset.path !== open && a.dataset.path.startsWith(open)
                      && (a.getAttribute('href') ?? "").includes('path='));
                  if (!tile) return null;
                  tile.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
                  return tile.dataset.path;
                }
                """);
            if (path is null)
                break;
            await page.WaitForFunctionAsync(
                "path => document.querySelector('div.treemap')?.dataset.path === path", path,
                new() { PollingInterval = 5 });
            down.Add(watch.Elapsed.TotalMilliseconds);
            await Task.Delay(500);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{first.FirstByte:0} {first.Map:0} {again.Map:0} {(down.Count == 0 ? -1 : down.Max()):0}"));
        return 0;
    }

    private static async Task<(double FirstByte, double Map)> OpenAsync(IPage page, string url)
    {
        await page.GotoAsync(url, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        return (await page.EvaluateAsync<double>(FirstByte), await page.EvaluateAsync<double>(Painted));
    }
}
