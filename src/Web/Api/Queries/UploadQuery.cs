using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api.Queries;

/// <summary>What the sender says of an upload beside its bytes.</summary>
internal sealed record UploadQuery(
    [property: FromQuery(Name = "name"), Description(
        "What the image is called on pages and in lists, such as app:1.2. Without it a form's file name, else the "
        + "first tag of the image.")]
    string? Name = null,
    [property: FromQuery(Name = "id"), Description("A new UUID, chosen by the sender, that names the analysis.")]
    Guid? Id = null);
