using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;

namespace ImageInsight.Web.Problems;

/// <summary>Words for what the framework could not read of a request, and the kind that goes with it.</summary>
internal static partial class BadRequests
{
    public static ProblemKind KindOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ProblemKinds.BadRequest,
        StatusCodes.Status404NotFound => ProblemKinds.NotFound,
        StatusCodes.Status405MethodNotAllowed => ProblemKinds.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ProblemKinds.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemKinds.MediaTypeNotSupported,
        _ => new ProblemKind(status, "http-" + status.ToString(CultureInfo.InvariantCulture)),
    };

    public static string DetailOf(BadHttpRequestException error) => error.InnerException switch
    {
        JsonException { InnerException: JsonException syntax } =>
            "The body is not JSON that can be read: " + syntax.Message,
        // The exception's own words name a type of ours.
        JsonException unknown when UnknownField().Match(unknown.Message) is { Success: true } match =>
            $"The body has a field that this call does not know: '{match.Groups["name"].Value}'.",
        JsonException { Path: { } path } json => string.Create(
            CultureInfo.InvariantCulture,
            $"The body is not what is expected: the value at {path} is missing or of another kind "
            + $"(line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."),
        // The framework's words name its types; where they change, they are said as they are.
        _ when UnboundParameter().Match(error.Message) is { Success: true } match =>
            JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value)
            + $" must be {ExpectedOf(match.Groups["type"].Value)}, not '{match.Groups["value"].Value}'.",
        _ => error.Message,
    };

    /// <summary>Of a status that nobody gave words to.</summary>
    public static string DetailOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            $"The API has no {context.Request.Path}. An id must be a UUID; /docs/api lists the calls.",
        StatusCodes.Status405MethodNotAllowed when context.Response.Headers.Allow is { Count: > 0 } allowed =>
            $"{context.Request.Path} does not take {context.Request.Method}, but {allowed}.",
        StatusCodes.Status413PayloadTooLarge =>
            "The body is larger than the bytes that this call takes: "
            + context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize,
        StatusCodes.Status415UnsupportedMediaType =>
            $"{context.Request.Path} does not take a body of type {context.Request.ContentType ?? "none"}; "
            + "/docs/api says which.",
        var status => ProblemAnswer.TitleOf(status),
    };

    private static string ExpectedOf(string type) => type switch
    {
        _ when type.Contains("Guid", StringComparison.Ordinal) => "a UUID",
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) => "a whole number",
        _ => "another kind of value",
    };

    [GeneratedRegex(
        "^The JSON property '(?<name>.*)' could not be mapped to any \\.NET member",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex UnknownField();

    [GeneratedRegex(
        "^Failed to bind parameter \"(?<type>[^\"]*) (?<name>\\w+)\" from \"(?<value>.*)\"\\.\\z",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex UnboundParameter();
}
