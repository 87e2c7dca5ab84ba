using System.Text;

namespace ImageInsight.Web.Tests.Api;

/// <summary>
/// A secret of several words is nowhere: no answer, no export, no page, no file but the upload itself.
/// </summary>
public sealed class SecretTests(Services services)
{
    private static readonly string[] Words = ["correct", "horse", "battery", "staple", "sesame", "alpha", "beta gamma"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder
    {
        Environment = ["DB_PASSWORD=correct horse battery staple"],
        Command = ["run", "--with", "correct horse battery staple"],
    }.WithLayer(l => l.File("d/a", 70_000), "|2 NPM_TOKEN=alpha beta gamma V=1 /bin/sh -c npm ci")
        .WithLayer(
            l => l.Whiteout("d/a"),
            "RUN |1 GIT_TOKEN=alpha beta gamma /bin/bash -o pipefail -c rm /d/a # buildkit")
        .WithEmptyHistory("ENV DB_PASSWORD=correct horse battery staple")
        .WithEmptyHistory("ARG SIGNING_PASSPHRASE=open sesame now")
        .WithEmptyHistory("CMD [\"run\" \"--with\" \"correct horse battery staple\"]");

    [Fact]
    public async Task A_secret_of_several_words_is_kept_and_shown_nowhere()
    {
        var folder = services.NewFolder();
        var shown = new StringBuilder();
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            var id = await service.UploadAsync(Image.DockerArchive(), cancellationToken: Token);
            Assert.Equal("done", (await service.EndedAsync(id, Token))["state"]!.GetValue<string>());
            var at = $"/api/analyses/{id}";
            foreach (var path in (string[])[
                at, at + "/findings", at + "/findings?format=csv", at + "/findings?format=sarif",
                at + "/findings?format=markdown", at + "/findings?format=junit", at + "/dockerfile",
                at + "/dockerfile?version=proposed", at + "/gate?maxDisk=1", at + "/base",
                at + "/sbom?format=cyclonedx",
                at + "/sbom?format=spdx", at + "/packages", $"/images/{id}?tab=dockerfile", $"/images/{id}?tab=layers",
                $"/images/{id}?tab=findings"])
            {
                using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
                answer.EnsureSuccessStatusCode();
                shown.Append(await answer.Content.ReadAsStringAsync(Token));
            }

            shown.Append(service.Output);
            foreach (var file in Directory.EnumerateFiles(folder, "*.db*", SearchOption.AllDirectories))
                shown.Append(await ReadAsync(file));
            Assert.Contains("DB_PASSWORD", shown.ToString(), StringComparison.Ordinal);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("spool", StringComparison.OrdinalIgnoreCase)))
            shown.Append(await ReadAsync(file));
        foreach (var word in Words)
            Assert.DoesNotContain(word, shown.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(Token);
    }
}
