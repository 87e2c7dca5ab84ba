namespace ImageInsight.Web.Problems;

/// <summary>What stands in for a bare status code: a page for people, problem details for programs.</summary>
internal static class StatusPages
{
    /// <summary>After routing: the endpoint says who asks.</summary>
    public static void UseInsightStatusPages(this WebApplication app)
    {
        app.UseWhen(IsForPeople,
            pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(c => !IsForPeople(c), programs => programs.UseStatusCodePages(c => Problem.WriteAsync(
            c.HttpContext, BadRequests.KindOf(c.HttpContext.Response.StatusCode),
            BadRequests.DetailOf(c.HttpContext))));
    }

    private static bool IsForPeople(HttpContext context) =>
        EndpointMarks.Has<EndpointMarks.Page>(context)
        || (context.GetEndpoint() is null && HttpMethods.IsGet(context.Request.Method)
            && context.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html"));
}
