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
        ((IEndpointConventionBuilder)group).Finally(Declare);

    private static void Declare(EndpointBuilder endpoint)
    {
        var metadata = endpoint.Metadata;
        metadata.Add(new DeclaredProblems(ProblemKinds.OfAnyCall));
        var accepted = metadata.OfType<IAcceptsMetadata>().SelectMany(a => a.ContentTypes).ToList();
        if (accepted.Count > 0)
            metadata.Add(new DeclaredProblems([ProblemKinds.BodyTooLarge]));
        if (accepted.Count > 0 && !accepted.Contains("*/*"))
            metadata.Add(new DeclaredProblems([ProblemKinds.MediaTypeNotSupported]));
        var kinds = metadata.OfType<DeclaredProblems>().SelectMany(d => d.Kinds).ToList();
        foreach (var status in kinds.Select(k => k.Status).Distinct())
            metadata.Add(
                new ProducesResponseTypeMetadata(status, typeof(ProblemAnswer), [ProblemAnswer.MediaType]));
    }
}

internal sealed record DeclaredProblems(IReadOnlyList<ProblemKind> Kinds);
