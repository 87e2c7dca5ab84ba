using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

public sealed class DockerConfigTests
{
    [Theory]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"dTpwOnc="}}}""", "ghcr.io", "u", "p:w")]
    [InlineData("""{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}""", "docker.io", "u", "p")]
    [InlineData("""{"auths":{"https://reg.example:5000/v2/":{"username":"u","password":"p"}}}""", "reg.example:5000",
        "u", "p")]
    [InlineData("""{"auths":{"a.azurecr.io":{"auth":"MDAwMDo=","identitytoken":"refresh"}}}""", "a.azurecr.io",
        "<token>", "refresh")]
    public void Logins_are_read(string json, string registry, string user, string password)
    {
        var (host, credential) = Assert.Single(DockerConfig.Read(json));
        Assert.Equal((registry, user, password), (host, credential.Username, credential.Password));
        Assert.DoesNotContain(password, credential.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"auths":{}}""")]
    [InlineData("""{"auths":{"a":{}},"credsStore":"desktop"}""")]
    [InlineData("""{"auths":{"a":{"auth":"not base64"}}}""")]
    [InlineData("""{"auths":{"a":5}}""")]
    public void What_holds_none_is_refused(string json) =>
        Assert.Throws<FormatException>(() => DockerConfig.Read(json));
}
