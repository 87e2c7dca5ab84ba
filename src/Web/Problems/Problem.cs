namespace ImageInsight.Web.Problems;

/// <summary>Writes errors as RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            ProblemAnswer.Create(status, code, detail), options: null, contentType: ProblemAnswer.MediaType);
    }

    public static Task WriteAsync(HttpContext context, ProblemKind kind, string detail) =>
        WriteAsync(context, kind.Status, kind.Code, detail);
}
