using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api.Queries;

/// <summary>Which packages and in which order, as it stands in the address.</summary>
internal sealed record PackageQuery(
    [property: FromQuery(Name = "ecosystem")] string? Ecosystem = null,
    [property: FromQuery(Name = "layer")] int? Layer = null,
    [property: FromQuery(Name = "name")] string? Name = null,
    [property: FromQuery(Name = "sort")] string Sort = "size",
    [property: FromQuery(Name = "after")] string? After = null,
    [property: FromQuery(Name = "take")] int Take = PackageQuery.Page,
    [property: FromQuery(Name = "of")] string Of = "all")
{
    public const int MaxPage = 1000;

    private const int Page = 200;
}
