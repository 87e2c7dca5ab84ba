using System.Globalization;

namespace ImageInsight.Web.Uploads;

/// <summary>An upload that cannot be taken; becomes a problem answer.</summary>
public sealed class UploadException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static UploadException TooLarge(long max) => new(
        StatusCodes.Status413PayloadTooLarge, "upload-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The upload is larger than the {max} bytes that this service takes (Insight__Upload__MaxBytes)."));
}
