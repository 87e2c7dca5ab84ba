using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>Where a Location leads: RFC 3986 with its own examples, and as stores of registries answer.</summary>
public sealed class RelativeAddressTests : IAsyncDisposable
{
    private readonly OddRegistry registry = new();

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    // RFC 3986, 5.4: what has a fragment there has none here, as it is never sent.
    [Theory]
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("#s", "http://a/b/c/d;p?q")]
    [InlineData("g#s", "http://a/b/c/g")]
    [InlineData("g?y#s", "http://a/b/c/g?y")]
    [InlineData(";x", "http://a/b/c/;x")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("./", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../g", "http://a/g")]
    [InlineData("../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("/../g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData("..g", "http://a/b/c/..g")]
    [InlineData("./../g", "http://a/b/g")]
    [InlineData("g/./h", "http://a/b/c/g/h")]
    [InlineData("g/../h", "http://a/b/c/h")]
    [InlineData("g?y/../x", "http://a/b/c/g?y/../x")]
    [InlineData("https://h/x/../%7e?a=%2F", "https://h/x/../%7e?a=%2F")]
    [InlineData("./sha256:9a/data", "http://a/b/c/sha256:9a/data")]
    [InlineData("x/sha256:9a", "http://a/b/c/x/sha256:9a")]
    [InlineData("?to=https://h/", "http://a/b/c/d;p?to=https://h/")]
    public void Of_every_form(string location, string expected) =>
        Assert.Equal(expected, RelativeAddress.Resolve(new Uri("http://a/b/c/d;p?q"), location));

    [Theory]
    [InlineData("../storage/X?y=%2F")]
    [InlineData("../../../v2/app/storage/X?y=%2F")]
    [InlineData("/v2/app/storage/X?y=%2F")]
    [InlineData("./../storage/./X?y=%2F")]
    [InlineData("HOST/v2/app/storage/X?y=%2F")]
    [InlineData("../storage/X?y=%2F#part")]
    public async Task A_blob_is_fetched_from_there(string location)
    {
        var image = registry.Add("latest", new LayerBuilder().File("a", 9).ToArray());
        registry.Answer(r => r.Path.EndsWith(image.LayerDigests[0], StringComparison.Ordinal)
            ? OddAnswer.Empty(
                307, ("Location", location.Replace("HOST", "//" + registry.Host, StringComparison.Ordinal)))
            : r.Target == "/v2/app/storage/X?y=%2F" ? new OddAnswer(200, image.LayerBlobs[0]) : null);
        var pulled = await RegistryCase.PullAsync(registry.Host + "/app:latest");
        Assert.Equal(9, pulled.Tree.Ledger.VisibleBytes);
    }

    [Fact]
    public async Task One_after_the_other_each_is_relative_to_the_last()
    {
        var image = registry.Add("latest", new LayerBuilder().File("a", 9).ToArray());
        registry.Answer(r => r.Target switch
        {
            var t when t.EndsWith(image.LayerDigests[0], StringComparison.Ordinal) =>
                OddAnswer.Empty(302, ("Location", "/far/away/x")),
            "/far/away/x" => OddAnswer.Empty(308, ("Location", "../near?z")),
            "/far/near?z" => OddAnswer.Empty(303, ("Location", "?w")),
            "/far/near?w" => new OddAnswer(200, image.LayerBlobs[0]),
            _ => null,
        });
        Assert.Equal(9, (await RegistryCase.PullAsync(registry.Host + "/app:latest")).Tree.Ledger.VisibleBytes);
    }
}
