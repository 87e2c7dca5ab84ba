using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

public sealed class HostileNameTests(Site site)
{
    private const string Markup = "<img src=x onerror=alert(1)>";

    [Fact]
    public async Task Names_are_text_wherever_they_are_shown()
    {
        var token = TestContext.Current.CancellationToken;
        var archive = new ArchiveBuilder { Tag = "x/<b>tag</b>:1" }
            .WithLayer(l => l.File($"app/{Markup}", 900_000).File("app/<b>bold<i>&amp;", 800_000)
                .File("app/a\u202egpj.exe", 700_000), $"/bin/sh -c echo '{Markup}'")
            .WithLayer(l => l.Whiteout($"app/{Markup}"), $"/bin/sh -c rm '{Markup}'")
            .DockerArchive();
        var id = await site.UploadAsync(archive, Markup, token);

        await using var window = await site.OpenAsync($"/images/{id}?path=/app");
        window.Page.Dialog += (_, _) => Assert.Fail("A name was run as a script.");
        await window.WaitUntilReadyAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Markup);
        await Expect(window.Page.Locator(".table")).ToContainTextAsync("<b>bold<i>&amp;");
        await Expect(window.Page.Locator(".table")).ToContainTextAsync("a\\u202egpj.exe");
        // The server's drawing, and plotly's.
        foreach (var drawing in (string[])["svg.map", ".main-svg"])
            Assert.Contains(
                "<b>bold<i>&amp;", await window.Page.Locator(".treemap " + drawing).First.TextContentAsync(),
                StringComparison.Ordinal);
        await window.Page.Locator("[data-finding]").First.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(window.Page.Locator("[data-finding]").First).ToContainTextAsync(Markup);
        await Expect(window.Page.Locator("img")).ToHaveCountAsync(0);

        await window.GoToAsync("/");
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = Markup }).First).ToBeVisibleAsync();
        await Expect(window.Page.Locator("img")).ToHaveCountAsync(0);
        window.AssertQuiet();
    }
}
