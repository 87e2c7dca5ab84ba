using System.Globalization;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageInsight.Web.Api;

/// <summary>What the published document says beside what the endpoints state themselves.</summary>
internal static class ApiDocument
{
    private const string Ok = "200";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ImageInsight";
            document.Info.Version = "v1";
            document.Info.Description =
                "What is inside container images, what every byte of it costs, and what can go. " +
                "Byte counts are 64-bit integers: disk bytes are uncompressed file content, " +
                "pull bytes are shares of the compressed layers. " +
                "Errors are RFC 9457 problem details with a stable `code`. " +
                "[What each finding means](/docs/findings) is on pages of its own.";
            // The address depends on where the service runs.
            document.Servers?.Clear();
            foreach (var schema in (document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>()).Values)
                JoinLines(schema);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            operation.Responses ??= [];
            foreach (var media in metadata.OfType<DeclaredMedia>())
                await AddMediaAsync(operation.Responses, media, context, cancellationToken);
            NameCodes(operation.Responses, metadata.OfType<DeclaredProblems>().SelectMany(d => d.Kinds));
            // As readers look for them, whatever declared them first.
            var sorted = operation.Responses.OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
            operation.Responses = [];
            foreach (var (status, response) in sorted)
                operation.Responses.Add(status, response);
        });
    }

    /// <summary>Comments of the code are broken into lines wherever those were full.</summary>
    private static void JoinLines(IOpenApiSchema schema)
    {
        if (schema.Description is { } text)
            schema.Description = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var property in schema.Properties?.Values ?? [])
            JoinLines(property);
    }

    private static async Task AddMediaAsync(
        OpenApiResponses responses, DeclaredMedia media, OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken)
    {
        if (responses.GetValueOrDefault(Ok) is not OpenApiResponse response)
            responses[Ok] = response = new OpenApiResponse { Description = "OK" };
        IOpenApiSchema schema = await context.GetOrCreateSchemaAsync(media.Shape, null, cancellationToken);
        if (media.Shape.Namespace?.StartsWith(nameof(ImageInsight), StringComparison.Ordinal) == true
            && context.Document is { } document)
        {
            document.AddComponent(media.Shape.Name, schema);
            schema = new OpenApiSchemaReference(media.Shape.Name, document);
        }

        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        foreach (var type in media.MediaTypes)
            response.Content[type] = new OpenApiMediaType { Schema = schema };
    }

    /// <summary>Programs go by the codes: each answer says which it can have.</summary>
    private static void NameCodes(OpenApiResponses responses, IEnumerable<ProblemKind> kinds)
    {
        foreach (var group in kinds.GroupBy(k => k.Status))
            if (responses.TryGetValue(group.Key.ToString(CultureInfo.InvariantCulture), out var response))
            {
                var codes = string.Join(", ", group.Select(k => $"`{k.Code}`").Distinct());
                response.Description = $"{ProblemAnswer.TitleOf(group.Key)}: {codes}";
            }
    }
}
