namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>
/// A form in which the packages leave the service as a bill of materials, written package by package.
/// </summary>
public sealed record SbomExport(
    string MediaType, string Extension, Func<BillOfMaterials, Stream, CancellationToken, Task> WriteAsync)
{
    public static SbomExport CycloneDx { get; } = new(
        "application/vnd.cyclonedx+json", "cdx.json", SbomCycloneDx.WriteAsync);

    public static SbomExport Spdx { get; } = new("application/spdx+json", "spdx.json", SbomSpdx.WriteAsync);

    public static SbomExport? Find(string format) => format.ToUpperInvariant() switch
    {
        "CYCLONEDX" => CycloneDx,
        "SPDX" => Spdx,
        _ => null,
    };
}
