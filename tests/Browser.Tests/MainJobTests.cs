using System.Text.RegularExpressions;
using ImageInsight.Browser.Tests.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

public sealed partial class MainJobTests(Site site)
{
    [Fact]
    public async Task From_a_file_to_a_shared_link_and_its_end()
    {
        await using var window = await site.OpenAsync();
        await window.Page.SetInputFilesAsync("[data-file]", Corpus.Image("c-chown-naive.docker.tar"));
        await window.Page.WaitForURLAsync(ImageUrl(), new() { Timeout = 120_000 });
        await window.WaitUntilReadyAsync();
        await Expect(window.Role(AriaRole.Heading, "c-chown-naive.docker.tar")).ToBeVisibleAsync();

        await window.OpenTileAsync("/usr");
        await window.OpenTileAsync("/usr/lib");
        await window.OpenTileAsync("/usr/lib/x86_64-linux-gnu");
        await window.Crumb("usr").ClickAsync();
        await window.ExpectPathAsync("/usr");
        Assert.EndsWith("?path=/usr", window.Page.Url, StringComparison.Ordinal);

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
        Assert.Contains("finding=", window.Page.Url, StringComparison.Ordinal);

        await window.Role(AriaRole.Button, "Tick what is safe").ClickAsync();
        // 581,862,112 bytes less the 175,346,697 that the chown stored again.
        await Expect(window.Page.Locator(".simulator .sum strong").First).ToHaveAttributeAsync("title", new Regex("^406[,. ]?515[,. ]?"));
        Assert.Contains("without=metadata-copy-7", window.Page.Url, StringComparison.Ordinal);

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

    [GeneratedRegex("/images/[0-9a-f-]{36}$")]
    private static partial Regex ImageUrl();
}
