using System.Net.Http.Json;
using System.Text.Json;

namespace ImageInsight.Browser.Tests.Stage;

internal static class Uploads
{
    /// <summary>Sends an archive as a shell would and waits for the end of its analysis; answers its id.</summary>
    public static async Task<Guid> UploadAsync(
        this Site site, byte[] archive, string name, CancellationToken cancellationToken)
    {
        using var answer = await site.Client.PutAsync(
            new Uri($"/api/images/upload?name={Uri.EscapeDataString(name)}", UriKind.Relative),
            new ByteArrayContent(archive), cancellationToken);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetGuid();
        while (true)
        {
            var analysis = await site.Client.GetFromJsonAsync<JsonElement>(
                new Uri($"/api/analyses/{id}", UriKind.Relative), cancellationToken);
            if (analysis.GetProperty("state").GetString() is "done" or "failed")
                return id;
            await Task.Delay(50, cancellationToken);
        }
    }
}
