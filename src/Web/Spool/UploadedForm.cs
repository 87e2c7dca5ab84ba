using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageInsight.Web.Spool;

/// <summary>The file of a multipart form, read as it arrives: nothing of it is held.</summary>
internal static class UploadedForm
{
    private const string Field = "file";

    /// <summary>RFC 2046 §5.1.1 allows 70.</summary>
    private const int MaxBoundary = 200;

    public static async Task<(Stream Body, string FileName)> OpenAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= MaxBoundary } boundary)
            throw new UploadException(
                ProblemKinds.MediaTypeNotSupported,
                $"Send multipart/form-data with the field '{Field}', or PUT the bytes as the body.");
        var file = await FindAsync(new MultipartReader(boundary, request.Body), cancellationToken);
        return file is { FileStream: { } body }
            ? (body, file.FileName)
            : throw new UploadException(
                ProblemKinds.FileMissing, $"The form has no field '{Field}' with a file in it.");
    }

    private static async Task<FileMultipartSection?> FindAsync(
        MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                if (section.AsFileSection() is { Name: Field } file)
                    return file;
            return null;
        }
        catch (IOException e)
        {
            throw UploadException.Incomplete(e);
        }
        catch (InvalidDataException e)
        {
            throw new UploadException(ProblemKinds.BadRequest, "The form is malformed: " + e.Message);
        }
    }
}
