using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageInsight.Web.Problems;

/// <summary>Problem details (RFC 9457) with a stable code.</summary>
internal sealed class ProblemAnswer : ProblemDetails
{
    public const string MediaType = "application/problem+json";

    /// <summary>For programs: what went wrong, whatever the words are.</summary>
    [JsonPropertyOrder(-1)]
    public required string Code { get; init; }

    public static ProblemAnswer Create(int status, string code, string detail) =>
        new() { Status = status, Title = TitleOf(status), Detail = detail, Code = code };

    public static string TitleOf(int status) =>
        ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } text ? text : "Error";
}
