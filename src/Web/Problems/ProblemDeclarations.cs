using Microsoft.AspNetCore.Http.Metadata;

namespace ImageInsight.Web.Problems;

/// <summary>
/// Says of an endpoint how it can fail, for the published document; tests hold every answer against it.
/// </summary>
internal static class ProblemDeclarations
{
    public static TBuilder CanFail<TBuilder>(this TBuilder endpoint, params ProblemKind[] kinds)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata([new DeclaredProblems(kinds)]);

    /// <summary>What any call can come to, and any call with a body.</summary>
    public static void CanFailCommonly(this RouteGroupBuilder group) =>
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
    {
        endpoint.Metadata.Add(new DeclaredProblems(ProblemKinds.OfAnyCall));
        var accepted = endpoint.Metadata.OfType<IAcceptsMetadata>().SelectMany(a => a.ContentTypes).ToList();
        if (accepted.Count > 0)
            endpoint.Metadata.Add(new DeclaredProblems([ProblemKinds.BodyTooLarge]));
        if (accepted.Count > 0 && !accepted.Contains("*/*"))
            endpoint.Metadata.Add(new DeclaredProblems([ProblemKinds.MediaTypeNotSupported]));
        foreach (var status in endpoint.Metadata.OfType<DeclaredProblems>().SelectMany(d => d.Kinds)
            .Select(k => k.Status).Distinct().ToList())
            endpoint.Metadata.Add(
                new ProducesResponseTypeMetadata(status, typeof(ProblemAnswer), [ProblemAnswer.MediaType]));
    });
}

internal sealed record DeclaredProblems(IReadOnlyList<ProblemKind> Kinds);
