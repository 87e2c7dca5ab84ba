using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api.Queries;

/// <summary>What the sender says of an upload beside its bytes.</summary>
internal sealed record UploadQuery(
    [property: FromQuery(Name = "name"), Description("What the image is called; else the form's file name.")]
    string? Name = null,
    [property: FromQuery(Name = "id"), Description("A new UUID, chosen by the sender, that names the analysis.")]
    Guid? Id = null);
