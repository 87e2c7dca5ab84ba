using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Files;

/// <summary>The directories down to the one that is open.</summary>
public sealed partial class Breadcrumb : ComponentBase
{
    private IReadOnlyList<Part> parts = [];

    [Parameter, EditorRequired]
    public required string Path { get; set; }

    [Parameter]
    public EventCallback<string> OnOpen { get; set; }

    protected override void OnParametersSet()
    {
        var names = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        parts =
        [
            new Part("/", "/", names.Length == 0),
            .. names.Select((name, i) => new Part(
                SafeText.Show(name),
                "/" + string.Join('/', names.Take(i + 1)),
                i == names.Length - 1)),
        ];
    }

    private sealed record Part(string Name, string Path, bool IsLast);
}
