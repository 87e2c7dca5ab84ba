using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Tests.References;

public sealed class PastedReferenceTests
{
    private const string Hex = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c";

    [Theory]
    [InlineData("redis", "docker.io/library/redis:latest")]
    [InlineData("  ghcr.io/org/app:1.4 \n", "ghcr.io/org/app:1.4")]
    [InlineData("docker pull x", "docker.io/library/x:latest")]
    [InlineData("$ sudo docker pull ghcr.io/org/app:1.4", "ghcr.io/org/app:1.4")]
    [InlineData("docker image pull -q x:1", "docker.io/library/x:1")]
    [InlineData("podman pull quay.io/a/b", "quay.io/a/b:latest")]
    [InlineData("docker run --rm alpine:3.20 sh -c true", "docker.io/library/alpine:3.20")]
    [InlineData("FROM node:22-slim AS build", "docker.io/library/node:22-slim")]
    [InlineData("image: postgres:17", "docker.io/library/postgres:17")]
    [InlineData("docker://localhost:5000/a", "localhost:5000/a:latest")]
    [InlineData("https://hub.docker.com/r/x/y", "docker.io/x/y:latest")]
    [InlineData("https://hub.docker.com/r/x/y/tags?page=1", "docker.io/x/y:latest")]
    [InlineData("hub.docker.com/_/redis", "docker.io/library/redis:latest")]
    [InlineData("https://hub.docker.com/layers/x/y/1.2/images/sha256-0?context=explore", "docker.io/x/y:1.2")]
    [InlineData("https://hub.docker.com/repository/docker/x/y/general", "docker.io/x/y:latest")]
    [InlineData("https://quay.io/repository/a/b?tab=tags", "quay.io/a/b:latest")]
    [InlineData("https://github.com/Org/repo/pkgs/container/app", "ghcr.io/org/app:latest")]
    [InlineData("https://github.com/orgs/Org/packages/container/package/a%2Fb", "ghcr.io/org/a/b:latest")]
    [InlineData("https://gallery.ecr.aws/nginx/nginx", "public.ecr.aws/nginx/nginx:latest")]
    [InlineData("https://ghcr.io/org/app:1.4", "ghcr.io/org/app:1.4")]
    [InlineData("x@sha256:" + Hex, "docker.io/library/x@sha256:" + Hex)]
    [InlineData("x:1@sha256:" + Hex, "docker.io/library/x:1@sha256:" + Hex)]
    public void What_people_paste_is_understood(string text, string expected)
    {
        Assert.True(PastedReference.TryParse(text, out var pasted, out var error), error);
        Assert.Equal(expected, pasted.Reference.ToString());
    }

    [Theory]
    [InlineData("docker pull --platform linux/arm64 x", "linux/arm64")]
    [InlineData("docker pull --platform=linux/arm/v7 x", "linux/arm/v7")]
    [InlineData("docker pull --platform aarch64 x", "linux/arm64")]
    [InlineData("docker pull x", null)]
    public void A_platform_comes_along(string text, string? platform)
    {
        Assert.True(PastedReference.TryParse(text, out var pasted, out var error), error);
        Assert.Equal(platform, pasted.Platform?.ToString());
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("docker pull", "pull")]
    [InlineData("Org/app/Name", "upper-case")]
    [InlineData("org/App", "'org/app'")]
    [InlineData("app:", "tag after ':' is missing")]
    [InlineData("app:-x", "is not a tag")]
    [InlineData("app@sha256:12", "not a digest")]
    [InlineData("ghcr.io//app", "a slash too many")]
    [InlineData("ghcr.io/org_/app", "is not a repository")]
    [InlineData("host:99999/app", "not a registry's host")]
    [InlineData("https://github.com/docker/docker", "web page")]
    [InlineData("ftp://host/app", "no scheme")]
    [InlineData("two words", "is not a repository")]
    [InlineData(Hex, "image ID")]
    [InlineData("docker pull --platform moon x", "linux/moon")]
    public void What_is_wrong_is_said(string text, string part)
    {
        // The last is a platform that nobody knows, but one all the same.
        var good = PastedReference.TryParse(text, out var pasted, out var error);
        Assert.Contains(part, good ? pasted!.Platform!.ToString() : error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pasted_file_costs_nothing() =>
        Assert.False(PastedReference.TryParse(new string('a', 10_000_000), out _, out _));
}
