using System.Net.Http.Headers;
using System.Text.Json;
using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

/// <summary>The map is in the first paint, and plotly takes it over where it stands.</summary>
public sealed class TreemapTests(Site site)
{
    private const string ServersBoxes =
        """
        () => JSON.stringify(Object.fromEntries([...document.querySelectorAll('svg.map a[data-tile]')].map(a => {
          const r = a.querySelector('rect').getBoundingClientRect();
          return [a.dataset.tile, [r.x + scrollX, r.y + scrollY, r.width, r.height]];
        })))
        """;

    private const string PlotlysBoxes =
        """
        () => JSON.stringify(Object.fromEntries([...document.querySelectorAll('.treemap .slice')].map(s => {
          const r = s.querySelector('path.surface').getBoundingClientRect();
          return [s.__data__.data.data.id, [r.x + scrollX, r.y + scrollY, r.width, r.height]];
        })))
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(390, 844)]
    public async Task Plotly_draws_the_same_tiles_in_the_same_places(int width, int height)
    {
        var id = await UploadAsync();
        await using var window = await site.OpenAsync($"/images/{id}", width, height: height);
        await window.WaitUntilInteractiveAsync();
        await window.Page.WaitForFunctionAsync("() => document.cookie.includes('map-size=')");
        // The width is remembered now: the first paint is already right.
        await window.GoToAsync($"/images/{id}?measure=files");
        await window.GoToAsync($"/images/{id}");
        var before = await BoxesAsync(window, ServersBoxes);
        await window.WaitUntilInteractiveAsync();
        Assert.Empty(Differences(before, await BoxesAsync(window, ServersBoxes)));

        await window.TouchMapAsync();
        await Expect(window.Page.Locator("div.treemap[data-taken]")).ToBeAttachedAsync();
        var after = await BoxesAsync(window, PlotlysBoxes);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.True(before.Count > 30, $"{before.Count} tiles");
        Assert.Empty(Differences(before, after));
        window.AssertQuiet();
    }

    [Fact]
    public async Task Its_tiles_are_links_without_scripts()
    {
        var id = await UploadAsync();
        await using var window = await site.OpenAsync($"/images/{id}", scripts: false);
        await window.Page.Locator("svg.map a[data-path='/srv/app'] rect").First.ClickAsync(
            new() { Position = new() { X = 40, Y = 8 } });
        await window.ExpectAddressAsync(@"/images/[0-9a-f-]{36}\?path=/srv/app");
        await Expect(window.Page.Locator("div.treemap")).ToHaveAttributeAsync("data-path", "/srv/app");
        // The frame that is open leads out.
        await window.Page.Locator("svg.map a[data-tile='/srv/app'] rect").First.ClickAsync(
            new() { Position = new() { X = 40, Y = 8 } });
        await Expect(window.Page.Locator("div.treemap")).ToHaveAttributeAsync("data-path", "/srv");
    }

    [Fact]
    public async Task A_click_before_plotly_stays_on_the_page()
    {
        var id = await UploadAsync();
        await using var window = await site.OpenAsync($"/images/{id}");
        await window.WaitUntilInteractiveAsync();
        await window.Page.EvaluateAsync("window.same = true");
        await window.Page.Locator("svg.map a[data-tile='/srv/app']").DispatchEventAsync("click");
        await Expect(window.Page.Locator("div.treemap")).ToHaveAttributeAsync("data-path", "/srv/app");
        await window.ExpectAddressAsync(@"\?path=/srv/app");
        Assert.True(await window.Page.EvaluateAsync<bool>("window.same === true"));
        window.AssertQuiet();
    }

    /// <summary>The file of the same name that Plotly.Blazor ships has all traces, and four times the size.</summary>
    [Fact]
    public async Task Only_the_traces_that_are_used_are_served_and_compressed()
    {
        var page = await site.Client.GetStringAsync(
            new Uri($"/images/{await UploadAsync()}", UriKind.Relative), Token);
        var script = page.Split('"').Single(
            p => p.StartsWith("/_content/Plotly.Blazor/plotly-3", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, script);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await site.Client.SendAsync(request, Token);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Token)).Length, 200_000, 450_000);
    }

    private Task<Guid> UploadAsync()
    {
        var image = new ArchiveBuilder().WithLayer(l =>
        {
            for (var i = 1; i <= 60; i++)
                l.File($"usr/lib/part{i % 7}/file{i}", 1000 + (i * i * 37));
        }).WithLayer(l => l.File("srv/app/main.js", 300_000).File("srv/app/data.bin", 140_000).File("etc/x", 9000));
        return site.UploadAsync(image.DockerArchive(), "map", Token);
    }

    private static async Task<Dictionary<string, double[]>> BoxesAsync(Window window, string script) =>
        JsonSerializer.Deserialize<Dictionary<string, double[]>>(await window.Page.EvaluateAsync<string>(script))!;

    /// <summary>Of more than two pixels; what has no room has no place either.</summary>
    private static IEnumerable<string> Differences(
        Dictionary<string, double[]> one, Dictionary<string, double[]> other) =>
        from box in one
        let there = other[box.Key]
        where (box.Value[2] > 0 && box.Value[3] > 0) || there[2] > 0
        where box.Value.Zip(there).Any(p => Math.Abs(p.First - p.Second) > 2)
        select $"{box.Key}: {string.Join(' ', box.Value)} and {string.Join(' ', there)}";
}
