using System.Globalization;
using ImageInsight.Browser.Tests.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

public sealed class ImagePartTests(Site site)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task An_image_is_shown_whole_the_base_alone_or_yours_alone(ColorScheme theme, int width)
    {
        var token = TestContext.Current.CancellationToken;
        foreach (var known in new[] { "base-slim", "base-node" })
            await site.UploadAsync(
                await File.ReadAllBytesAsync(Corpus.Image(known + ".docker.tar"), token), known, token);
        var id = await site.UploadAsync(
            await File.ReadAllBytesAsync(Corpus.Image("k-secrets-naive.docker.tar"), token), "k-secrets", token);

        await using var window = await site.OpenAsync($"/images/{id}", width, theme);
        await window.WaitUntilReadyAsync();
        await Expect(window.Page.Locator(".base")).ToContainTextAsync("docker.io/corpus/base-node:latest");
        var all = await FiguresAsync(window);
        await window.Page.Locator(".base summary").ClickAsync();
        await Expect(window.Page.Locator(".chain tbody tr")).ToHaveCountAsync(2);
        await CheckAsync(window, $"base-whole-{width}-{theme}");

        await window.Page.Locator("[data-of=base]").ClickAsync();
        await Expect(window.Page.Locator("[data-of=base]")).ToHaveAttributeAsync("aria-pressed", "true");
        await window.ExpectAddressAsync(@"\?of=base");
        var baseOnly = await FiguresAsync(window);
        await CheckAsync(window, $"base-only-{width}-{theme}");

        await window.Page.Locator("[data-of=yours]").ClickAsync();
        await window.ExpectAddressAsync(@"\?of=yours");
        await Expect(window.Page.Locator("[data-of=yours]")).ToHaveAttributeAsync("aria-pressed", "true");
        var own = await FiguresAsync(window);
        await Expect(window.Page.Locator(".table tbody tr").Filter(new() { HasText = "srv/" })).ToHaveCountAsync(1);
        await Expect(window.Page.Locator(".table tbody tr").Filter(new() { HasText = "usr/" })).ToHaveCountAsync(0);
        await CheckAsync(window, $"base-yours-{width}-{theme}");

        Assert.Equal(all.Keys, baseOnly.Keys);
        foreach (var (name, figure) in all)
            Assert.True(
                figure == baseOnly[name] + own[name], $"{name}: {figure} is not {baseOnly[name]} + {own[name]}.");

        await window.Page.ReloadAsync();
        await window.WaitUntilReadyAsync();
        await Expect(window.Page.Locator("[data-of=yours]")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(own, await FiguresAsync(window));
        // A layer of the base is not yours: the whole image's view of it opens.
        await window.Page.Locator(".stack li button").First.ClickAsync();
        await window.ExpectAddressAsync(@"\?layer=0");
        window.AssertQuiet();
    }

    /// <summary>The exact figures of the totals.</summary>
    private static async Task<Dictionary<string, long>> FiguresAsync(Window window)
    {
        var figures = new Dictionary<string, long>();
        foreach (var name in new[]
        {
            "to pull, compressed", "on disk, uncompressed", "in the final file system", "layers", "files", "findings",
        })
        {
            var cell = window.Page.Locator(".totals > div")
                .Filter(new() { Has = window.Page.Locator("dt", new() { HasTextRegex = new("^" + name + "$") }) })
                .Locator("dd");
            var text = await cell.GetAttributeAsync("title") ?? await cell.InnerTextAsync();
            var digits = text.Split('B', 'b')[0].Where(char.IsAsciiDigit).ToArray();
            figures[name] = long.Parse(digits, CultureInfo.InvariantCulture);
        }

        return figures;
    }

    private static async Task CheckAsync(Window window, string picture)
    {
        await window.AssertNoSidewaysScrollAsync();
        await window.AssertAccessibleAsync();
        if (Environment.GetEnvironmentVariable("INSIGHT_SHOTS") is { Length: > 0 } folder)
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, picture + ".png"), FullPage = true });
    }
}
