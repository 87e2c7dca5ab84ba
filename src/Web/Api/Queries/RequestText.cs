using ImageInsight.Web.Api.Bodies;
using Microsoft.Net.Http.Headers;

namespace ImageInsight.Web.Api.Queries;

/// <summary>What endpoints read of a request beside its parameters.</summary>
internal static class RequestText
{
    /// <summary>As the caller reached it, for example <c>http://localhost:5080</c>.</summary>
    public static string ServiceAddress(this HttpRequest request) =>
        $"{request.Scheme}://{request.Host}{request.PathBase}";

    /// <summary>Whether text/plain is what the caller likes best; caches are told that it matters.</summary>
    public static bool PrefersText(this HttpRequest request)
    {
        request.HttpContext.Response.Headers.Vary = HeaderNames.Accept;
        return request.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1).FirstOrDefault() is { } first
            && first.MediaType.Equals(PlainText.MediaType, StringComparison.OrdinalIgnoreCase);
    }
}
