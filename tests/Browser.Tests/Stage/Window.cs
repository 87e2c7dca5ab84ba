using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ImageInsight.Browser.Tests.Stage;

/// <summary>A page of the product and everything that it must never do, whatever the test is about.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly List<string> errors = [];

    public Window(IPage page)
    {
        Page = page;
        // A refused request (404, 413) is reported as a console error too; tests that expect one look at the page.
        page.Console += (_, message) =>
        {
            if (message.Type == "error"
                && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
    }

    public IPage Page { get; }

    public int Status { get; private set; }

    public async Task GoToAsync(string path)
    {
        var response = await Page.GotoAsync(path);
        Status = response?.Status ?? 0;
    }

    public ILocator Role(AriaRole role, string name, bool exact = false) =>
        Page.GetByRole(role, new PageGetByRoleOptions { Name = name, Exact = exact });

    /// <summary>No script error, nothing refused by the content policy.</summary>
    public void AssertQuiet() => Assert.Empty(errors);

    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        var found = result.Violations.Select(
            v => $"{v.Id}: {v.Help}\n  " + string.Join("\n  ", v.Nodes.Take(5).Select(n => n.Html)));
        Assert.True(result.Violations.Length == 0, string.Join("\n", found));
    }

    public async Task AssertNoSidewaysScrollAsync()
    {
        var width = await Page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(width <= 0, $"{Page.Url} is {width} px wider than a window of {Page.ViewportSize!.Width}.");
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
