using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;

namespace ImageInsight.Browser.Tests;

/// <summary>What holds for every page: it can be used by all, in both themes and at every width.</summary>
public sealed class LooksTests(Site site)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 768)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Every_page_is_accessible_and_fits(ColorScheme theme, int width)
    {
        var token = TestContext.Current.CancellationToken;
        var done = await site.UploadAsync(
            SmallImage(), "looks-with-a-rather-long-name.example.com/team/app:1.2.3-rc.4", token);
        var failed = await site.UploadAsync(new byte[2000], "looks-bad", token);

        await using var window = await site.OpenAsync("/", width, theme);
        await Assertions.Expect(window.Page.Locator("tbody tr").Nth(1)).ToBeAttachedAsync(new() { Timeout = 60_000 });
        await CheckAsync(window);
        await window.Page.Locator("[data-live]").WaitForAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Delete looks-bad" }).First.ClickAsync();
        await window.Role(AriaRole.Button, "Delete this analysis").WaitForAsync();
        await CheckAsync(window);

        await window.GoToAsync("/registries");
        await window.Page.Locator("[data-answers]").WaitForAsync();
        await CheckAsync(window);

        await window.GoToAsync($"/images/{failed}");
        await CheckAsync(window);

        await window.GoToAsync("/images/00000000-0000-0000-0000-000000000000");
        Assert.Equal(404, window.Status);
        await CheckAsync(window);

        await window.GoToAsync($"/images/{done}");
        await window.WaitUntilReadyAsync();
        await CheckAsync(window);
        await window.Page.Locator("[data-finding]").First.GetByRole(AriaRole.Button).First.ClickAsync();
        await window.Page.Locator("[data-finding] pre").WaitForAsync();
        await window.Page.Locator(".stack li button").First.ClickAsync();
        await window.Page.Locator(".only").WaitForAsync();
        await window.Page.GetByText("How it was built").ClickAsync();
        await CheckAsync(window);

        await window.Role(AriaRole.Button, "Share", exact: true).ClickAsync();
        await window.Role(AriaRole.Button, "Make a link").ClickAsync();
        var link = await window.Page.GetByLabel("The link, shown this once").InputValueAsync();
        await CheckAsync(window);

        await window.GoToAsync(link);
        await window.WaitUntilReadyAsync();
        await CheckAsync(window);
        window.AssertQuiet();
    }

    private static async Task CheckAsync(Window window)
    {
        // A page that becomes interactive reads its data again.
        await Assertions.Expect(window.Page.Locator("h1").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await window.AssertNoSidewaysScrollAsync();
        await window.AssertAccessibleAsync();
    }

    private static byte[] SmallImage() => new ArchiveBuilder()
        .WithLayer(l => l.File("usr/lib/libbig.so", 900_000).File("usr/lib/deep/er/and/deeper/file.txt", 20_000)
            .File("var/cache/apt/archives/a.deb", 300_000))
        .WithEmptyHistory(
            "CMD [\"/app/run\", "
                + "\"--with-a-very-long-argument-that-does-not-break-anywhere-at-all-and-goes-on-and-on-and-on\"]")
        .WithLayer(l => l.File("app/bundle.js", 500_000).File("app/.git/objects/pack/pack-1.pack", 400_000),
            "COPY . /app # buildkit")
        .WithLayer(l => l.File("app/bundle.js", 500_000, uid: 1000).Whiteout("usr/lib/libbig.so"),
            "RUN /bin/sh -c chown -R app /app # buildkit")
        .DockerArchive();
}
