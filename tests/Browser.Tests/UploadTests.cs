using ImageInsight.Browser.Tests.Stage;
using ImageInsight.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageInsight.Browser.Tests;

public sealed class UploadTests(Site site)
{
    [Fact]
    public async Task A_cancelled_upload_ends_failed_and_leaves_no_bytes()
    {
        await using var window = await site.OpenAsync();
        // Slow enough to be met under way.
        var devtools = await window.Page.Context.NewCDPSessionAsync(window.Page);
        await devtools.SendAsync("Network.enable");
        await devtools.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false,
            ["latency"] = 0,
            ["downloadThroughput"] = -1,
            ["uploadThroughput"] = 2_000_000,
        });
        await window.Page.SetInputFilesAsync("[data-file]", Corpus.Image("x-duplayer.oci-gz.tar"));
        await Expect(window.Page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Expect(window.Page.GetByText("left", new() { Exact = false }).First).ToBeVisibleAsync();
        await window.Role(AriaRole.Button, "Cancel the upload of x-duplayer.oci-gz.tar").ClickAsync();
        await Expect(window.Page.GetByText("Cancelled; nothing of it was kept.")).ToBeVisibleAsync();
        // Its page says so, and nothing of it is kept.
        var page = site.Client.BaseAddress + "api/analyses?state=failed&name=x-duplayer";
        var list = "";
        for (var i = 0; i < 300 && !list.Contains("upload-incomplete", StringComparison.Ordinal); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            list = await site.Client.GetStringAsync(page, TestContext.Current.CancellationToken);
        }

        Assert.Contains("upload-incomplete", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_image_fails_and_the_page_says_what_to_do()
    {
        await using var window = await site.OpenAsync();
        await window.Page.SetInputFilesAsync("[data-file]", File("holiday.jpg", new byte[4096]));
        await window.ExpectAddressAsync("/images/[^/?]+");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Analysis failed");
        // The same bytes would fail again.
        await Expect(window.Role(AriaRole.Button, "Try again")).ToHaveCountAsync(0);
        window.AssertQuiet();
    }

    [Fact]
    public async Task An_empty_file_is_refused_in_the_list_of_uploads()
    {
        await using var window = await site.OpenAsync();
        await window.Page.SetInputFilesAsync("[data-file]", File("empty.tar", []));
        await Expect(window.Page.Locator("[data-uploads]").GetByRole(AriaRole.Alert)).ToContainTextAsync("empty");
        Assert.Equal("/", new Uri(window.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task Several_files_go_one_after_another_and_the_page_stays()
    {
        var archive = new ArchiveBuilder().WithLayer(l => l.File("a", 1000)).DockerArchive();
        await using var window = await site.OpenAsync();
        await window.Page.SetInputFilesAsync("[data-file]", [File("one.tar", archive), File("two.tar", archive)]);
        foreach (var name in new[] { "one.tar", "two.tar" })
            await Expect(window.Page.Locator("[data-uploads]").GetByRole(AriaRole.Link, new() { Name = name }))
                .ToBeVisibleAsync();
        Assert.Equal("/", new Uri(window.Page.Url).AbsolutePath);
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "two.tar" }))
            .ToContainTextAsync("Done");
    }

    [Fact]
    public async Task The_list_shows_an_image_and_deletes_it_when_asked_twice()
    {
        var archive = new ArchiveBuilder().WithLayer(l => l.File("app/data.bin", 40_000)).DockerArchive();
        await site.UploadAsync(archive, "to-be-deleted:1", TestContext.Current.CancellationToken);
        await using var window = await site.OpenAsync();
        var row = window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "to-be-deleted:1" });
        await Expect(row).ToContainTextAsync("40.0 kB");
        await Expect(window.Page.Locator("[data-live]")).ToBeAttachedAsync();
        await window.Role(AriaRole.Button, "Delete to-be-deleted:1").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete this analysis" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    private static FilePayload File(string name, byte[] bytes) =>
        new() { Name = name, MimeType = "application/octet-stream", Buffer = bytes };
}
