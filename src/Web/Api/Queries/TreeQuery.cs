using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api.Queries;

/// <summary>Which part of the tree, as it stands in the address.</summary>
internal sealed record TreeQuery(
    [property: FromQuery(Name = "path")] string Path = "/",
    [property: FromQuery(Name = "depth")] int Depth = 1,
    [property: FromQuery(Name = "measure")] string Measure = "disk",
    [property: FromQuery(Name = "of")] string Of = "all");
