using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

/// <summary>From a typed reference to the treemap, against a registry that asks for a password.</summary>
public sealed class ReferenceTests(Site site)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_field_shows_while_typing_which_reference_it_understands()
    {
        await using var window = await OpenAsync();
        var field = window.Page.GetByLabel("Or name an image in a registry");
        var hint = window.Page.Locator("#reference-hint");
        await field.PressSequentiallyAsync("docker pull redis");
        await Expect(hint).ToHaveTextAsync("docker.io/library/redis:latest");
        await Expect(window.Role(AriaRole.Button, "Analyse", exact: true)).ToBeEnabledAsync();
        await field.FillAsync("Org/App/X");
        await Expect(hint).ToContainTextAsync("upper-case");
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(window.Role(AriaRole.Button, "Analyse", exact: true)).ToBeDisabledAsync();
        await field.FillAsync("https://hub.docker.com/r/x/y/tags");
        await Expect(hint).ToHaveTextAsync("docker.io/x/y:latest");
        await window.AssertAccessibleAsync();
        await field.FillAsync("");
        await Expect(hint).ToContainTextAsync("An image reference");
        window.AssertQuiet();
    }

    [Fact]
    public async Task A_private_image_is_pulled_with_a_typed_login()
    {
        Assert.SkipUnless(
            RegistryServer.IsInstalled, "docker-registry and skopeo are not installed; scripts/test.sh installs them.");
        await using var registry = await RegistryServer.StartAsync(isPrivate: true, Token);
        var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".tar");
        await File.WriteAllBytesAsync(
            file,
            new ArchiveBuilder().WithLayer(l => l.File("usr/lib/big.so", 900_000))
                .WithLayer(l => l.File("app/main.js", 400_000)).DockerArchive(), Token);
        await registry.PushAsync("docker-archive:" + file, "team/app:1.4", Token);
        File.Delete(file);

        await using var window = await OpenAsync();
        await window.Page.GetByLabel("Or name an image in a registry").FillAsync(registry.Host + "/team/app:1.4");
        await window.Role(AriaRole.Button, "Analyse", exact: true).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("without a login");
        await window.AssertAccessibleAsync();
        await window.Page.GetByText("Private registry? Sign in").ClickAsync();
        await window.Page.GetByLabel("User").FillAsync(RegistryServer.User);
        await window.Page.GetByLabel("Password or token").FillAsync(RegistryServer.Password);
        await window.Role(AriaRole.Button, "Analyse", exact: true).ClickAsync();
        await window.ExpectAddressAsync("/images/[^/?]+");
        await window.WaitUntilReadyAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("team/app:1.4");
        await Expect(window.Page.GetByText("pulled", new() { Exact = false }).First).ToBeVisibleAsync();
        window.AssertQuiet();
    }

    [Fact]
    public async Task Several_platforms_are_shown_with_their_sizes()
    {
        Assert.SkipUnless(
            RegistryServer.IsInstalled, "docker-registry and skopeo are not installed; scripts/test.sh installs them.");
        await using var registry = await RegistryServer.StartAsync(isPrivate: false, Token);
        await RegistryIndexes.PushAsync(registry, "team/multi", Token, "amd64", "arm64");
        await using var window = await OpenAsync();
        await window.Page.GetByLabel("Or name an image in a registry").FillAsync(registry.Host + "/team/multi:all");
        await window.Role(AriaRole.Button, "Analyse", exact: true).ClickAsync();
        await Expect(window.Page.GetByText("has 2 platforms")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync();
        await window.AssertNoSidewaysScrollAsync();
        await ShootAsync(window, "platforms");
        var arm = window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "linux/arm64" });
        await Expect(arm).ToContainTextAsync("B");
        await arm.GetByRole(AriaRole.Button).ClickAsync();
        await window.ExpectAddressAsync("/images/[^/?]+");
        await window.WaitUntilReadyAsync();
        await Expect(window.Page.GetByText("linux/arm64").First).ToBeVisibleAsync();
        await ShootAsync(window, "pulled");
        window.AssertQuiet();
    }

    [Fact]
    public async Task A_login_is_saved_and_a_reference_is_watched()
    {
        Assert.SkipUnless(
            RegistryServer.IsInstalled, "docker-registry and skopeo are not installed; scripts/test.sh installs them.");
        await using var registry = await RegistryServer.StartAsync(isPrivate: true, Token);
        await RegistryIndexes.PushAsync(registry, "team/watched", Token, "amd64");
        await using var window = await site.OpenAsync("/registries");
        await window.Page.Locator("[data-answers]").WaitForAsync();
        var credentials = window.Page.GetByRole(AriaRole.Region, new() { Name = "Saved logins" });
        await credentials.GetByLabel("Name").FillAsync("team");
        await credentials.GetByLabel("Registry").FillAsync(registry.Host);
        await credentials.GetByLabel("User").FillAsync(RegistryServer.User);
        await credentials.GetByLabel("Password or token").FillAsync(RegistryServer.Password);
        await credentials.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(credentials).ToContainTextAsync($"for {registry.Host}");

        var watches = window.Page.GetByRole(AriaRole.Region, new() { Name = "Watches" });
        await Expect(watches.GetByLabel("Login").Locator("option")).ToHaveCountAsync(2);
        await watches.GetByLabel("Reference").FillAsync(registry.Host + "/team/watched:amd64");
        await watches.GetByLabel("Login").SelectOptionAsync("team");
        await watches.GetByRole(AriaRole.Button, new() { Name = "Watch", Exact = true }).ClickAsync();
        // Looked for every half minute.
        await Expect(watches.GetByRole(AriaRole.Link, new() { Name = "newest" }))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
        await window.AssertAccessibleAsync();
        await window.AssertNoSidewaysScrollAsync();
        await ShootAsync(window, "registries");
        await watches.GetByRole(
            AriaRole.Button, new() { Name = $"Delete the watch of {registry.Host}/team/watched:amd64" }).ClickAsync();
        await Expect(watches).ToContainTextAsync("Nothing is watched");
        await credentials.GetByRole(AriaRole.Button, new() { Name = "Delete team" }).ClickAsync();
        await Expect(credentials).ToContainTextAsync("No login is saved");
        window.AssertQuiet();
    }

    private async Task<Window> OpenAsync()
    {
        var window = await site.OpenAsync();
        await window.Page.Locator("[data-answers]").WaitForAsync();
        return window;
    }

    /// <summary>For people: with INSIGHT_SHOTS=FOLDER the page is kept as a picture.</summary>
    private static async Task ShootAsync(Window window, string name)
    {
        if (Environment.GetEnvironmentVariable("INSIGHT_SHOTS") is { Length: > 0 } folder)
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
