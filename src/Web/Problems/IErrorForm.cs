namespace ImageInsight.Web.Problems;

/// <summary>Metadata of endpoints whose clients expect errors in another form than problem details.</summary>
internal interface IErrorForm
{
    Task WriteAsync(HttpContext context, ProblemKind kind, string detail);
}
