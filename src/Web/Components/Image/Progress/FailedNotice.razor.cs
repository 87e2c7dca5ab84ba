using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Progress;

/// <summary>Why an analysis failed, and what to do about it.</summary>
public sealed partial class FailedNotice : ComponentBase
{
    [Parameter, EditorRequired]
    public required AnalysisRecord Record { get; set; }

    /// <summary>It was asked to try again, but the upload has left the spool, or the login was deleted.</summary>
    [Parameter]
    public bool BytesGone { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    [Parameter]
    public EventCallback OnRetry { get; set; }

    private string Title =>
        Record.ErrorCode == AnalysisErrors.Cancelled ? "The analysis was cancelled" : "This image cannot be analysed";

    private string BytesGoneText => Record.Source == ImageSource.Pull
        ? "The login was kept for that one pull only, so it cannot be tried again. "
            + "Enter the image once more, with a login."
        : "The uploaded file is no longer kept (Insight__Spool__KeepHours), so it cannot be tried again. "
            + "Upload it once more.";

    private string Advice => Record.ErrorCode switch
    {
        "truncated" =>
            "The file is cut off: save the image again and check that the command ended without an error.",
        "digest-mismatch" or "layer-invalid" =>
            "The archive is damaged: save the image again, and compare sizes after copying it.",
        "not-a-tar" or "not-an-image" => "Upload what docker save, podman save or skopeo copy writes.",
        "limit-exceeded" =>
            "The limit can be raised in the settings if this image is what it should be.",
        "bytes-gone" => "Upload the image again.",
        "reference-not-found" =>
            "Check the spelling of the name and the tag. A private image needs a login.",
        "registry-denied" or "credential-gone" => "Name the image again, with a login that may read it.",
        "registry-rate-limited" => "Try again later, or with a login.",
        "registry-unreachable" => "Check the registry's name; try again when it answers.",
        "address-blocked" => "If this is your own registry, list it in Insight__Outbound__Allow.",
        _ => "",
    };
}
