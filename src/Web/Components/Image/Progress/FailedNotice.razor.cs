using ImageInsight.Analysis;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
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

    private string Title => Record.ErrorCode switch
    {
        AnalysisErrors.Cancelled => "Analysis cancelled",
        AnalysisErrors.UploadIncomplete => "Upload broken off",
        _ => "Analysis failed",
    };

    /// <summary>The same bytes fail in the same way; a registry may answer otherwise the next time.</summary>
    private bool CanHelp => Record.ErrorCode switch
    {
        _ when Record.Source == ImageSource.Upload && !Record.BytesKept => false,
        ProblemKinds.BytesGoneCode or ProblemKinds.CredentialGoneCode => false,
        ImageErrors.NotATar or ImageErrors.NotAnImage or ImageErrors.Truncated or ImageErrors.LayerInvalid
            or ImageErrors.DigestMismatch or ImageErrors.ManifestInvalid or ImageErrors.ManifestContradictory
            or ImageErrors.BlobMissing or ImageErrors.Unsupported => Record.Source == ImageSource.Pull,
        _ => true,
    };

    private string BytesGoneText => Record.Source == ImageSource.Pull
        ? "The login was kept for that one pull only, so it cannot be tried again. "
            + "Enter the image once more, with a login."
        : "The uploaded file is no longer kept (Insight__Spool__KeepHours), so it cannot be tried again. "
            + "Upload it once more.";

    /// <summary>Only what the error's own text does not say.</summary>
    private string Advice => Record switch
    {
        { ErrorCode: ImageErrors.Truncated, Source: not ImageSource.Pull } =>
            "Save the image again, and check that the command ended without an error.",
        { ErrorCode: ImageErrors.DigestMismatch or ImageErrors.LayerInvalid, Source: not ImageSource.Pull } =>
            "Save the image again, and compare sizes after copying it.",
        { ErrorCode: ImageErrors.RegistryUnreachable } => "Check the registry's name; try again when it answers.",
        _ => "",
    };
}
