using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Api;

internal static class AnalysisEndpoints
{
    private const int PageSize = 50;

    public static void MapAnalyses(this IEndpointRouteBuilder api)
    {
        var analyses = api.MapGroup("/analyses").WithTags("Analyses");
        analyses.MapGet("", ListAsync).WithName("ListAnalyses").WithSummary("Analyses, newest first")
            .Produces<AnalysisList>().ProducesProblem(StatusCodes.Status400BadRequest);
        analyses.MapGet("/{id:guid}", GetAsync).WithName("GetAnalysis").WithSummary("State, progress and, when done, the summary")
            .Produces<AnalysisAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        analyses.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteAnalysis").WithSummary("Delete an analysis and what nothing else needs")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        analyses.MapPost("/{id:guid}/cancel", CancelAsync).WithName("CancelAnalysis").WithSummary("Stop a queued or running analysis")
            .Produces<Accepted>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        analyses.MapPost("/{id:guid}/retry", RetryAsync).WithName("RetryAnalysis").WithSummary("Queue a failed analysis again")
            .Produces<Accepted>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(
        string? name, string? state, string? after, AnalysisStore store, CancellationToken cancellationToken)
    {
        AnalysisState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            if (!Enum.TryParse<AnalysisState>(state, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed) || char.IsAsciiDigit(state[0]))
                return Problem.Result(StatusCodes.Status400BadRequest, "bad-state", "state must be queued, running, done or failed.");
            wanted = parsed;
        }

        var page = await store.ListAsync(name, wanted, after, PageSize, cancellationToken);
        return TypedResults.Ok(new AnalysisList([.. page.Items.Select(AnalysisAnswer.Of)], page.After));
    }

    private static async Task<IResult> GetAsync(Guid id, AnalysisStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } record ? TypedResults.Ok(AnalysisAnswer.Of(record)) : Problem.NotFound();

    private static async Task<IResult> DeleteAsync(
        Guid id, AnalysisControl control, TreeCache trees, SweepSignal sweep, CancellationToken cancellationToken)
    {
        if (!await control.DeleteAsync(id, cancellationToken))
            return Problem.NotFound();
        trees.Remove(id);
        sweep.Request();
        return TypedResults.NoContent();
    }

    private static async Task<IResult> CancelAsync(Guid id, AnalysisControl control, CancellationToken cancellationToken) =>
        Changed(id, await control.CancelAsync(id, cancellationToken), "It has ended already; only a queued or running analysis can be cancelled.");

    private static async Task<IResult> RetryAsync(Guid id, AnalysisControl control, CancellationToken cancellationToken) =>
        Changed(id, await control.RetryAsync(id, cancellationToken), "Only a failed analysis can be tried again.");

    private static IResult Changed(Guid id, ChangeAnswer answer, string wrongState) => answer switch
    {
        ChangeAnswer.Done => TypedResults.Accepted($"/api/analyses/{id}", new Accepted(id, $"/images/{id}")),
        ChangeAnswer.NotFound => Problem.NotFound(),
        ChangeAnswer.BytesGone => Problem.Result(
            StatusCodes.Status409Conflict, "bytes-gone", "The uploaded bytes are no longer kept (Insight__Spool__KeepHours). Upload the image again."),
        ChangeAnswer.CredentialGone => Problem.Result(
            StatusCodes.Status409Conflict, "credential-gone", "The credential of this pull is no longer kept. Pull the reference again, with a credential or a named one."),
        _ => Problem.Result(StatusCodes.Status409Conflict, "wrong-state", wrongState),
    };
}
