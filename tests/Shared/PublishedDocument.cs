using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageInsight.Tests;

/// <summary>What docs/openapi/v1.json, or the document of a running service, says that can be answered.</summary>
public sealed class PublishedDocument
{
    private static readonly Lazy<PublishedDocument> OfRepository = new(
        () => new(File.ReadAllText(Path.Combine(Root(), "docs", "openapi", "v1.json"))));

    public PublishedDocument(string json) => Operations =
    [
        .. from path in JsonNode.Parse(json)!["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           select new PublishedOperation(method.Key.ToUpperInvariant(), path.Key, method.Value!),
    ];

    /// <summary>The committed one; a test run fails when it is not what the build makes.</summary>
    public static PublishedDocument Committed => OfRepository.Value;

    public IReadOnlyList<PublishedOperation> Operations { get; }

    /// <summary>
    /// What is answered and not declared, in words; null when all is well, or the address is no operation.
    /// </summary>
    public string? Undeclared(HttpResponseMessage answer)
    {
        var request = answer.RequestMessage!;
        return Operations.FirstOrDefault(
            o => o.Matches(request.Method.Method, request.RequestUri!.AbsolutePath)) is { } operation
            ? operation.Undeclared(answer)
            : null;
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "ImageInsight.sln")))
                return folder;
        throw new DirectoryNotFoundException("No folder above the tests holds ImageInsight.sln.");
    }
}

public sealed class PublishedOperation
{
    private readonly Regex shape;
    private readonly Dictionary<int, string[]> answers;

    internal PublishedOperation(string method, string path, JsonNode operation)
    {
        (Method, Path) = (method, path);
        Id = operation["operationId"]!.GetValue<string>();
        Bodies = [.. operation["requestBody"]?["content"]?.AsObject().Select(c => c.Key) ?? []];
        answers = operation["responses"]!.AsObject().ToDictionary(
            r => int.Parse(r.Key, System.Globalization.CultureInfo.InvariantCulture),
            r => r.Value!["content"]?.AsObject().Select(c => c.Key).ToArray() ?? []);
        // The names of parameters are letters; nothing else of a path means anything to an expression.
        shape = new Regex("^" + Regex.Replace(path, "{[a-zA-Z]+}", "[^/]+") + "\\z", RegexOptions.CultureInvariant);
    }

    public string Method { get; }

    public string Path { get; }

    public string Id { get; }

    /// <summary>Media types that it takes.</summary>
    public IReadOnlyList<string> Bodies { get; }

    public bool Matches(string method, string path) => method == Method && shape.IsMatch(path);

    public string? Undeclared(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (!answers.TryGetValue(status, out var types))
            return $"{Method} {Path} answered {status}; declared are {string.Join(", ", answers.Keys)}.";
        // Kestrel refuses what is no HTTP before the service sees it, and without a body.
        var refused = status == 400 && type is null && answer.Headers.ConnectionClose == true;
        return refused || (type is null ? types.Length == 0 : types.Contains(type))
            ? null
            : $"{Method} {Path} answered {status} as {type ?? "nothing"}; declared are {string.Join(", ", types)}.";
    }
}

/// <summary>Fails a test that gets an answer which the published document does not declare.</summary>
public sealed class DeclaredAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        return PublishedDocument.Committed.Undeclared(answer) is { } undeclared
            ? throw new InvalidOperationException(undeclared)
            : answer;
    }
}
