using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

internal static class AnalysisEndpoints
{
    private const int PageSize = 50;

    public static void MapAnalyses(this IEndpointRouteBuilder api)
    {
        var analyses = api.MapGroup("/analyses").WithTags("Analyses");
        analyses.MapGet("", ListAsync).WithName("ListAnalyses").WithSummary("Analyses, newest first")
            .CanFail(ProblemKinds.BadState, ProblemKinds.BadAfter);
        analyses.MapGet("/{id:guid}", GetAsync).WithName("GetAnalysis")
            .WithSummary("State, progress and, when done, the summary").CanFail(ProblemKinds.AnalysisNotFound);
        analyses.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteAnalysis")
            .WithSummary("Delete an analysis and what nothing else needs").CanFail(ProblemKinds.AnalysisNotFound);
        analyses.MapPost("/{id:guid}/cancel", CancelAsync).WithName("CancelAnalysis")
            .WithSummary("Stop a queued or running analysis")
            .CanFail(ProblemKinds.AnalysisNotFound, ProblemKinds.WrongState);
        analyses.MapPost("/{id:guid}/retry", RetryAsync).WithName("RetryAnalysis")
            .WithSummary("Queue a failed analysis again")
            .CanFail(
                ProblemKinds.AnalysisNotFound, ProblemKinds.WrongState, ProblemKinds.RetryBytesGone,
                ProblemKinds.RetryCredentialGone);
    }

    private static async Task<Ok<AnalysisList>> ListAsync(
        string? name, string? state, string? after, AnalysisStore store, CancellationToken cancellationToken)
    {
        AnalysisState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            if (!Enum.TryParse<AnalysisState>(state, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed)
                || char.IsAsciiDigit(state[0]))
                throw ProblemKinds.BadState.Because("state must be receiving, queued, running, done or failed.");
            wanted = parsed;
        }

        AnalysisCursor? from = null;
        if (!string.IsNullOrEmpty(after) && !AnalysisCursor.TryParse(after, out from))
            throw ProblemKinds.BadAfter.Because("after must be what the page before answered.");
        var page = await store.ListAsync(name, wanted, from, PageSize, cancellationToken);
        return TypedResults.Ok(
            new AnalysisList([.. page.Items.Select(AnalysisAnswer.FromRecord)], page.After?.ToString()));
    }

    private static async Task<Ok<AnalysisAnswer>> GetAsync(
        Guid id, AnalysisStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } record
            ? TypedResults.Ok(AnalysisAnswer.FromRecord(record))
            : throw DoneAnalyses.NotFound();

    private static async Task<NoContent> DeleteAsync(Guid id, Deletion deletion, CancellationToken cancellationToken) =>
        await deletion.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw DoneAnalyses.NotFound();

    private static async Task<Accepted<AcceptedAnswer>> CancelAsync(
        Guid id, AnalysisControl control, CancellationToken cancellationToken) =>
        Changed(
            id, await control.CancelAsync(id, cancellationToken),
            "It has ended already; only a queued or running analysis can be cancelled.");

    private static async Task<Accepted<AcceptedAnswer>> RetryAsync(
        Guid id, AnalysisControl control, CancellationToken cancellationToken) =>
        Changed(id, await control.RetryAsync(id, cancellationToken), "Only a failed analysis can be tried again.");

    private static Accepted<AcceptedAnswer> Changed(Guid id, ChangeAnswer answer, string wrongState) => answer switch
    {
        ChangeAnswer.Done => AcceptedAnswer.For(id),
        ChangeAnswer.NotFound => throw DoneAnalyses.NotFound(),
        ChangeAnswer.BytesGone => throw ProblemKinds.RetryBytesGone.Because(
            "The uploaded bytes are no longer kept (Insight__Spool__KeepHours). Upload the image again."),
        ChangeAnswer.CredentialGone => throw ProblemKinds.RetryCredentialGone.Because(
            "The login of this pull is no longer kept. Pull the reference again, with a login or a saved one."),
        _ => throw ProblemKinds.WrongState.Because(wrongState),
    };
}
