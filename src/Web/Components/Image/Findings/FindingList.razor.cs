using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Findings;

/// <summary>What was found in the part that is shown, and what the image would be without some of it.</summary>
public sealed partial class FindingList : ComponentBase
{
    private static readonly (string Id, string Name)[] Formats =
        [("json", "JSON"), ("csv", "CSV"), ("sarif", "SARIF"), ("markdown", "Markdown"), ("junit", "JUnit")];

    private IReadOnlyList<Finding> ticked = [];
    private IReadOnlyList<(string Url, string Name)> exports = [];

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private IReadOnlyList<Finding> Findings => Image.Part.Findings;

    private IReadOnlySet<string> Ticked { get; set; } = new HashSet<string>();

    private string RemovableText => Bytes.Text(Image.Part.RemovableBytes);

    private string EmptyText => Image.Of switch
    {
        ImagePart.Base => "Nothing can go from the base image: no wasted bytes, caches or leftover files were found.",
        ImagePart.Yours => "Nothing can go from your layers: no wasted bytes, caches or leftover files were found.",
        _ => "Nothing can go: no wasted bytes worth a change, no caches and no leftover files were found.",
    };

    protected override void OnParametersSet()
    {
        Ticked = Image.Location.Ticked;
        ticked = [.. Findings.Where(f => Ticked.Contains(f.Id))];
        var url = $"{Image.ApiUrl}/findings?{Image.OfParameter}format=";
        exports = [.. Formats.Select(f => (url + f.Id, f.Name))];
    }

    private Task TickAsync(Confidence least) =>
        TickAsync(Findings.Where(f => f.Confidence >= least).Select(f => f.Id));

    private Task TickNoneAsync() => TickAsync([]);

    private Task ToggleTickAsync(string id) =>
        TickAsync(Ticked.Contains(id) ? Ticked.Where(t => t != id) : [.. Ticked, id]);

    private Task TickAsync(IEnumerable<string> ids) => Image.GoAsync(Image.Location.Tick(ids));
}
