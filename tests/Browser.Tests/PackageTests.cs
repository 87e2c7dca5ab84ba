using System.Text;
using System.Text.RegularExpressions;
using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

/// <summary>The packages of an image: found, narrowed down, explained, and every look at them an address.</summary>
public sealed class PackageTests(Site site)
{
    private const int Modules = 130;

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task A_package_says_what_pulled_it_in(ColorScheme theme, int width)
    {
        var id = await site.UploadAsync(Image(), "packages", TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync($"/images/{id}", width, theme);
        await window.WaitUntilReadyAsync();
        await window.Page.Locator("[data-tab=packages]").ClickAsync();
        var rows = window.Page.Locator("[data-package]");
        // As many as a person reads, not all.
        await Expect(rows).ToHaveCountAsync(100);
        await window.Role(AriaRole.Button, "Show 34 of 34 more").ClickAsync();
        await Expect(rows).ToHaveCountAsync(Modules + 4);
        await CheckAsync(window);

        await window.Role(AriaRole.Button, "Debian 3").ClickAsync();
        await Expect(rows).ToHaveCountAsync(3);
        await window.ExpectAddressAsync(@"\?tab=packages&ecosystem=deb");
        await window.Role(AriaRole.Button, "libssh2-1", exact: true).ClickAsync();
        await Expect(window.Page.Locator(".chain"))
            .ToHaveTextAsync(new Regex(@"^curl\s*needs\s*libcurl4\s*needs\s*libssh2-1$"));
        await CheckAsync(window);

        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator("html[data-interactive]")).ToBeAttachedAsync();
        await window.Page.Locator(".chain").GetByRole(AriaRole.Button, new() { Name = "curl", Exact = true })
            .ClickAsync();
        await Expect(window.Page.GetByText("Installed explicitly.")).ToBeVisibleAsync();

        // Typing looks at once; leaving the field keeps it in the address.
        await window.Role(AriaRole.Button, $"All {Modules + 4}").ClickAsync();
        await window.Page.GetByLabel("Search packages by name").FillAsync("MODULE-12");
        await Expect(rows).ToHaveCountAsync(11);
        await window.Page.GetByLabel("Search packages by name").PressAsync("Tab");
        await window.ExpectAddressAsync("q=MODULE-12.*");
        await window.Page.GetByLabel("Search packages by name").FillAsync("no such thing");
        await Expect(window.Page.GetByText("No package matches.")).ToBeVisibleAsync();
        await window.Role(AriaRole.Button, "Show all").ClickAsync();
        await Expect(rows.First).ToBeVisibleAsync();

        await window.Page.GetByLabel("Layer").SelectOptionAsync("0");
        await Expect(rows).ToHaveCountAsync(3);
        await window.Page.GoBackAsync();
        await Expect(rows).ToHaveCountAsync(100);
        window.AssertQuiet();
    }

    [Fact]
    public async Task An_image_without_packages_says_where_they_were_looked_for()
    {
        var id = await site.UploadAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app", 5000)).DockerArchive(), "bare",
            TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync($"/images/{id}?tab=packages");
        await Expect(window.Page.GetByText("No package was found")).ToBeVisibleAsync();
        await CheckAsync(window);
        await window.Page.Locator("[data-tab='']").ClickAsync();
        await window.WaitUntilReadyAsync();
        window.AssertQuiet();
    }

    [Fact]
    public async Task Tabs_are_changed_faster_than_the_map_is_drawn()
    {
        var id = await site.UploadAsync(Image(), "hurry", TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync($"/images/{id}?tab=packages");
        await Expect(window.Page.Locator("html[data-interactive]")).ToBeAttachedAsync();
        // A click goes to the server, whose answer asks the browser for the script of the map; the next one is there
        // before.
        await window.Page.EvaluateAsync(
            """
            async () => {
              for (let turn = 0; turn < 60; turn++) {
                document.querySelector(`[data-tab="${turn % 2 ? "packages" : ""}"]`)?.click();
                await new Promise((done) => setTimeout(done, turn % 12));
              }
            }
            """);
        await window.Page.Locator("[data-tab='']").ClickAsync();
        await window.WaitUntilReadyAsync();
        window.AssertQuiet();
    }

    private static async Task CheckAsync(Window window)
    {
        await window.AssertNoSidewaysScrollAsync();
        await window.AssertAccessibleAsync();
    }

    private static byte[] Image() => new ArchiveBuilder()
        .WithLayer(l => l
            .File("var/lib/dpkg/status", Text(
                Deb("curl", "libcurl4") + Deb("libcurl4", "libssh2-1") + Deb("libssh2-1", "absent")))
            .File("var/lib/dpkg/info/curl.list", Text("/usr/bin/curl\n")).File("usr/bin/curl", 300_000)
            .File("var/lib/apt/extended_states", Text(
                "Package: libcurl4\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: libssh2-1\nArchitecture: "
                    + "amd64\nAuto-Installed: 1\n\n")))
        .WithLayer(
            l =>
            {
                l.File("srv/package.json", Text(
                    """{"dependencies":{"@a-scope-with-a-long-name/a-package-with-a-longer-name-still":"1"}}"""))
                    .File("srv/node_modules/@a-scope-with-a-long-name/a-package-with-a-longer-name-still/package.json",
                        Text("""{"name":"@a-scope-with-a-long-name/a-package-with-a-longer-name-stil"""
                            + """l","version":"1.0.0-beta.1+build.20260504.abcdef"}"""));
                for (var i = 0; i < Modules; i++)
                    l.File($"srv/node_modules/module-{i}/package.json", Text(
                        $$"""{"name":"module-{{i}}","version":"1.{{i}}.0"}"""));
            },
            "RUN /bin/sh -c npm ci # buildkit")
        .DockerArchive();

    private static string Deb(string name, string needs) =>
        $"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nDepends: {needs}\n\n";

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
