using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ImageInsight.Browser.Tests.Stage;

/// <summary>What a person does on the page of an image.</summary>
internal static class ImageWindow
{
    /// <summary>A circuit answers and plotly has drawn the treemap, which it does at the first touch.</summary>
    public static async Task WaitUntilReadyAsync(this Window window)
    {
        await window.WaitUntilInteractiveAsync();
        await window.TouchMapAsync();
        await Assertions.Expect(
            window.Page.Locator(".treemap [data-drawn] .slice").First).ToBeAttachedAsync(new() { Timeout = 60_000 });
    }

    public static async Task WaitUntilInteractiveAsync(this Window window)
    {
        await Assertions.Expect(window.Page.Locator("div.treemap")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(
            window.Page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(
            window.Page.Locator("div.treemap[data-live]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
    }

    /// <summary>As a pointer that passes over it.</summary>
    public static Task TouchMapAsync(this Window window) =>
        window.Page.Locator("div.treemap").DispatchEventAsync("pointermove");

    /// <summary>The address ends like this, now or soon: it is pushed once the page is drawn.</summary>
    // Playwright's own WaitForURL looks first and listens then, and misses what comes between.
    public static Task ExpectAddressAsync(this Window window, string pattern, int seconds = 30) =>
        Assertions.Expect(window.Page).ToHaveURLAsync(new Regex(pattern + "$"), new() { Timeout = seconds * 1000 });

    /// <summary>Clicks the label of a tile, as a pointer would, and waits for the map of that directory.</summary>
    public static async Task OpenTileAsync(this Window window, string path)
    {
        var spot = await window.Page.WaitForFunctionAsync(
            """
            path => {
              const tiles = [...document.querySelectorAll('.treemap .slice')];
              const tile = tiles.find(s => s.__data__?.data?.data?.id === path);
              const box = tile?.querySelector('path.surface')?.getBoundingClientRect();
              return box && box.width > 8 && box.height > 8 ? [box.x + 8, box.y + 8] : null;
            }
            """,
            path);
        var at = await spot.JsonValueAsync<float[]>();
        await window.Page.Mouse.ClickAsync(at[0], at[1]);
        await window.ExpectPathAsync(path);
    }

    public static Task ExpectPathAsync(this Window window, string path) =>
        Assertions.Expect(window.Page.Locator("div.treemap [data-drawn]")).ToHaveAttributeAsync("data-drawn", path);

    public static ILocator Crumb(this Window window, string name) =>
        window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Path" })
            .GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
