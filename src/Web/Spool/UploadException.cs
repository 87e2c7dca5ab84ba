using System.Globalization;

namespace ImageInsight.Web.Spool;

/// <summary>An upload that cannot be taken; becomes a problem answer.</summary>
public sealed class UploadException(int status, string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static UploadException TooLarge(long max) => new(
        StatusCodes.Status413PayloadTooLarge, "upload-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The upload is larger than the {max} bytes that this service takes (Insight__Upload__MaxBytes)."));

    public static UploadException Incomplete(Exception inner) => new(
        StatusCodes.Status400BadRequest, "upload-incomplete", "The upload broke off before its end; nothing of it was kept. Send it again.", inner);
}
