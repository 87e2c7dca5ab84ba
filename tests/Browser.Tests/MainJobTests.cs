using System.Globalization;
using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

public sealed class MainJobTests(Site site)
{
    [Fact]
    public async Task From_a_file_to_a_shared_link_and_its_end()
    {
        await using var window = await site.OpenAsync();
        await window.Page.SetInputFilesAsync("[data-file]", Corpus.Image("c-chown-naive.docker.tar"));
        await window.ExpectAddressAsync("/images/[0-9a-f-]{36}", seconds: 120);
        await window.WaitUntilReadyAsync();
        await Expect(window.Role(AriaRole.Heading, "c-chown-naive.docker.tar")).ToBeVisibleAsync();

        await window.OpenTileAsync("/usr");
        await window.OpenTileAsync("/usr/lib");
        await window.OpenTileAsync("/usr/lib/x86_64-linux-gnu");
        await window.Crumb("usr").ClickAsync();
        await window.ExpectPathAsync("/usr");
        await window.ExpectAddressAsync(@"\?path=/usr");

        await window.Page.GoBackAsync();
        await window.ExpectPathAsync("/usr/lib/x86_64-linux-gnu");
        await window.Page.GoForwardAsync();
        await window.ExpectPathAsync("/usr");

        await window.Page.ReloadAsync();
        await window.WaitUntilReadyAsync();
        await window.ExpectPathAsync("/usr");

        var finding = window.Page.Locator("[data-finding]").First;
        await finding.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(finding.Locator("pre")).ToContainTextAsync("--chown");
        await Expect(finding.Locator("table tr").First).ToBeVisibleAsync();
        await window.ExpectAddressAsync("finding=.*");

        await window.Role(AriaRole.Button, "Tick what is certain").ClickAsync();
        // The chown stored every file of the COPY again.
        var left = Corpus.WithoutWastedOf("c-chown-naive", layer: 6);
        await Expect(window.Page.Locator(".simulator .sum strong").First)
            .ToHaveAttributeAsync("title", $"{left.ToString("N0", CultureInfo.InvariantCulture)} bytes");
        await window.ExpectAddressAsync("without=metadata-copy-7.*");

        await window.Role(AriaRole.Button, "Share", exact: true).ClickAsync();
        await window.Role(AriaRole.Button, "Make a link").ClickAsync();
        var link = await window.Page.GetByLabel("The link, shown this once").InputValueAsync();

        await using var guest = await site.OpenAsync(link);
        Assert.Equal(200, guest.Status);
        await guest.WaitUntilReadyAsync();
        Assert.Equal(link, guest.Page.Url);
        await Expect(guest.Role(AriaRole.Button, "Share", exact: true)).ToHaveCountAsync(0);
        await Expect(guest.Role(AriaRole.Link, "Images")).ToHaveCountAsync(0);
        await guest.OpenTileAsync("/usr");

        await window.Role(AriaRole.Button, "Revoke").ClickAsync();
        await Expect(window.Role(AriaRole.Button, "Revoke")).ToHaveCountAsync(0);
        await guest.Crumb("/").ClickAsync();
        await Expect(guest.Page.GetByText("This link no longer works")).ToBeVisibleAsync();
        await guest.GoToAsync(link);
        Assert.Equal(404, guest.Status);
        await Expect(guest.Role(AriaRole.Heading, "There is nothing here")).ToBeVisibleAsync();

        window.AssertQuiet();
        guest.AssertQuiet();
    }

    [Fact]
    public async Task What_is_drawn_stays_when_the_page_becomes_interactive()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 5000)).DockerArchive();
        var id = await site.UploadAsync(image, "steady", TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync();
        await window.Page.AddInitScriptAsync(
            """
            new MutationObserver(() => {
              const there = document.querySelector(".treemap, .list tbody") !== null;
              window.lost ||= window.seen && !there;
              window.seen ||= there;
            }).observe(document, { childList: true, subtree: true });
            """);
        await window.GoToAsync($"/images/{id}");
        await window.WaitUntilReadyAsync();
        Assert.Equal("true,false", await window.Page.EvaluateAsync<string>("`${window.seen},${window.lost ?? false}`"));
        await window.GoToAsync("/");
        await window.Page.Locator("[data-live]").WaitForAsync();
        Assert.Equal("true,false", await window.Page.EvaluateAsync<string>("`${window.seen},${window.lost ?? false}`"));
        window.AssertQuiet();
    }
}
