using System.Text.RegularExpressions;
using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;

namespace ImageInsight.Browser.Tests;

/// <summary>The Dockerfile of an image beside the one that is proposed.</summary>
public sealed class DockerfileTests(Site site)
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("INSIGHT_SHOTS");

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_diff_is_read_and_copied_and_leads_to_the_findings(ColorScheme theme, int width)
    {
        var token = TestContext.Current.CancellationToken;
        var id = await site.UploadAsync(Image(), "dockerfile", token);
        await using var window = await site.OpenAsync($"/images/{id}", width, theme);
        await window.WaitUntilReadyAsync();
        await window.Page.Locator("[data-tab=dockerfile]").ClickAsync();
        await Assertions.Expect(window.Page).ToHaveURLAsync(new Regex(@"\?tab=dockerfile$"));
        await window.Page.Locator(".dockerfile [data-predicted]").WaitForAsync();
        await Assertions.Expect(
            window.Page.Locator("tr.changed .was code").First).ToContainTextAsync("−RUN apt-get update");
        await Assertions.Expect(
            window.Page.Locator(".will.new code", new() { HasText = "+" })
                .Filter(new() { HasText = "--no-install-recommends" })).ToHaveCountAsync(0);
        await Assertions.Expect(
            window.Page.Locator(".will.new code").Filter(new() { HasText = "COPY --chown=app:app" }))
            .ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator(".ignore")).ToContainTextAsync("**/.git");
        if (Shots is not null)
            await window.Page.ScreenshotAsync(
                new() { Path = Path.Combine(Shots, $"dockerfile-{theme}-{width}.png"), FullPage = true });
        await window.AssertNoSidewaysScrollAsync();
        await window.AssertAccessibleAsync();

        await window.Role(AriaRole.Button, "Copy the proposed one").ClickAsync();
        await Assertions.Expect(window.Role(AriaRole.Button, "Copied")).ToBeVisibleAsync();
        Assert.Contains(
            "COPY --chown=app:app . /app\n", await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()"),
            StringComparison.Ordinal);

        await window.Page.Locator(".was [data-note^=metadata-copy]").ClickAsync();
        await Assertions.Expect(window.Page.Locator("[data-finding^=metadata-copy] pre")).ToBeVisibleAsync();
        await window.Page.GoBackAsync();
        await window.Page.Locator(".dockerfile [data-predicted]").WaitForAsync();
        window.AssertQuiet();
    }

    [Fact]
    public async Task An_image_without_waste_says_so()
    {
        var id = await site.UploadAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app", 9000), "COPY app /app # buildkit")
                .WithEmptyHistory("ENTRYPOINT [\"/app\"]").DockerArchive(),
            "lean", TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync($"/images/{id}?tab=dockerfile");
        await window.Page.Locator("[data-lean]").WaitForAsync();
        await Assertions.Expect(window.Page.Locator(".dockerfile tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(window.Page.Locator(".will")).ToHaveCountAsync(0);
        await window.AssertAccessibleAsync();
        window.AssertQuiet();
    }

    private static byte[] Image() => new ArchiveBuilder()
        .WithLayer(l => l.File("usr/lib/libbig.so", 900_000), "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
        .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
        .WithLayer(l => l.File("var/lib/apt/lists/Packages", 700_000), "RUN /bin/sh -c apt-get update # buildkit")
        .WithLayer(l => l.File("usr/bin/git", 500_000).File("var/cache/apt/archives/a.deb", 300_000),
            "RUN /bin/sh -c apt-get install -y git curl ca-certificates # buildkit")
        .WithEmptyHistory("ENV GREETING=hello world")
        .WithLayer(l => l.File("app/bundle.js", 500_000).File("app/.git/HEAD", 40)
            .File("app/.git/objects/pack/pack-1.pack", 400_000), "COPY . /app # buildkit")
        .WithLayer(
            l => l.File("app/bundle.js", 500_000, uid: 1000).File("app/.git/HEAD", 40, uid: 1000)
                .File("app/.git/objects/pack/pack-1.pack", 400_000, uid: 1000),
            "RUN /bin/sh -c chown -R app:app /app # buildkit")
        .WithEmptyHistory(
            "CMD [\"node\" "
                + "\"/app/a-very-long-argument-that-does-not-break-anywhere-at-all-and-goes-on-and-on-and-on-and-on\"]")
        .DockerArchive();
}
