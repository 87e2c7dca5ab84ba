using ImageInsight.Analysis.FileSystem.Ledger;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Files;

/// <summary>What the size of a tile stands for.</summary>
public sealed partial class MeasureSwitch : ComponentBase
{
    private static readonly (Measure Measure, string Label, string Tooltip)[] Choices =
    [
        (Measure.Disk, "On disk", "Uncompressed bytes of files"),
        (Measure.Pull, "To pull", "Share of the compressed layers"),
        (Measure.Wasted, "Wasted", "Stored in a layer, but deleted or replaced by a later layer"),
        (Measure.Files, "Files", "Number of files"),
    ];

    [Parameter]
    public Measure Measure { get; set; }

    [Parameter]
    public EventCallback<Measure> OnSelect { get; set; }
}
