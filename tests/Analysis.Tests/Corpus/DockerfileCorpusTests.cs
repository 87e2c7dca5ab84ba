using ImageInsight.Analysis.Dockerfiles;

namespace ImageInsight.Analysis.Tests.Corpus;

/// <summary>What is proposed for a naive image is what its mended twin was really built with.</summary>
public sealed class DockerfileCorpusTests
{
    [Theory]
    [InlineData("a-apt", "RUN apt-get update", "&& apt-get install -y --no-install-recommends git curl python3-pip",
        "&& apt-get clean", "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin")]
    [InlineData("b-download", "&& for d in *.deb; do dpkg-deb -x $d /opt/go; done", "&& rm -rf /tmp/dl")]
    [InlineData("c-chown", "COPY --chown=node:node <source> .")]
    [InlineData("d-mv", "COPY --chmod=0755 <source> /opt/model")]
    [InlineData("f-npm", "RUN npm ci --omit=dev", "&& npm cache clean --force", "&& rm -rf /root/.npm")]
    [InlineData("m-logs", "COPY --chmod=0755 <source> /opt/model", "&& rm -rf /var/lib/apt/lists/*",
        "RUN head -c 9000000 /dev/urandom > /tmp/download")]
    [InlineData("o-purge", "&& gcc -o /usr/local/bin/a /tmp/a.c", "&& apt-get purge -y --auto-remove gcc libc6-dev")]
    [InlineData("r-twice", "&& apt-get install -y --no-install-recommends gcc", "&& apt-get purge -y --auto-remove gcc",
        "&& rm -rf /var/lib/apt/lists/*", "#   COPY --chown=1000:1000 --chmod=u+x,go-w <source> /opt/model")]
    [InlineData("t-yarn", "&& npm cache clean --force", "&& yarn cache clean")]
    public async Task The_proposal_is_what_mends_the_image(string pair, params string[] parts)
    {
        var naive = await MadeAsync(pair + "-naive");
        foreach (var part in parts)
            Assert.Contains(naive.Proposed, l => l.Text.Contains(part, StringComparison.Ordinal));
        Assert.All(naive.Applied,
            a => Assert.True(naive.Ignore is not null || naive.Proposed.Any(l => l.Findings.Contains(a)), a));
        Assert.InRange(naive.Predicted.DiskBytes, 1, (long)(naive.Now.DiskBytes * 0.9));
    }

    [Theory]
    [InlineData("b-download")]
    [InlineData("d-mv")]
    [InlineData("r-twice")]
    public async Task Nothing_is_proposed_for_a_mended_image(string pair)
    {
        var mended = await MadeAsync(pair + "-fixed");
        Assert.Equal(mended.Now.DiskBytes, mended.Predicted.DiskBytes, mended.Now.DiskBytes * 0.002);
    }

    private static async Task<Dockerfile> MadeAsync(string name)
    {
        var file = CorpusFolder.Find(name + ".docker.tar");
        Assert.SkipWhen(file is null, $"No {name} in {CorpusFolder.Root}.");
        var image = await Images.AnalyzeFileAsync(file);
        return Dockerfile.Create(
            image.Tree, image.Facts.History, image.Facts.Base, image.Facts.Platform.ToString(), image.Findings,
            Budgets.Default);
    }
}
