using ImageInsight.Reporting.BillsOfMaterials;

namespace ImageInsight.Web.Api.Bodies;

/// <summary>The media types that one kind of body can have.</summary>
internal interface IMediaTypes
{
    static abstract IReadOnlyList<string> All { get; }

    /// <summary>What the document shows of it.</summary>
    static virtual Type Shape => typeof(string);
}

internal sealed class PlainText : IMediaTypes
{
    public const string MediaType = "text/plain";

    public static IReadOnlyList<string> All => [MediaType];
}

internal sealed class TarArchive : IMediaTypes
{
    public const string MediaType = "application/x-tar";

    public static IReadOnlyList<string> All => [MediaType];

    public static Type Shape => typeof(Stream);
}

internal sealed class FindingFormats : IMediaTypes
{
    public static IReadOnlyList<string> All =>
        ["text/csv", "application/sarif+json", "text/markdown", "application/xml"];
}

internal sealed class GateFormats : IMediaTypes
{
    public static IReadOnlyList<string> All => [PlainText.MediaType, "text/markdown", "application/xml"];
}

internal sealed class SbomFormats : IMediaTypes
{
    public static IReadOnlyList<string> All => [SbomExport.CycloneDx.MediaType, SbomExport.Spdx.MediaType];
}
