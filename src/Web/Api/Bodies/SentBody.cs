using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace ImageInsight.Web.Api.Bodies;

/// <summary>
/// A body that is not the API's own JSON. Its media types are in its type, so that the published document has them.
/// </summary>
internal sealed class SentBody<TMedia> : IResult, IEndpointMetadataProvider
    where TMedia : IMediaTypes
{
    private readonly IResult result;

    private SentBody(IResult result, string mediaType)
    {
        if (!TMedia.All.Any(t => new MediaType(mediaType).IsSubsetOf(new MediaType(t))))
            throw new InvalidOperationException($"{mediaType} is not one of {string.Join(", ", TMedia.All)}.");
        this.result = result;
    }

    /// <summary>Written while it is made.</summary>
    public static SentBody<TMedia> FromWriter(string mediaType, Func<Stream, Task> write, string? fileName = null) =>
        new(TypedResults.Stream(write, mediaType, fileName), mediaType);

    public static SentBody<TMedia> FromText(string mediaType, string text) =>
        new(TypedResults.Text(text, mediaType, Encoding.UTF8), mediaType);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new DeclaredMedia(TMedia.All, TMedia.Shape));

    public Task ExecuteAsync(HttpContext httpContext) => result.ExecuteAsync(httpContext);
}

/// <summary>Of a 200. The framework's own metadata has one body a status.</summary>
internal sealed record DeclaredMedia(IReadOnlyList<string> MediaTypes, Type Shape);
