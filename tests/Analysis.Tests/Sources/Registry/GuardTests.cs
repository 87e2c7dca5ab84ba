using System.Net;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

public sealed class GuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fe80::1")]
    [InlineData("febf::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1::1")]
    [InlineData("3fff::1")]
    [InlineData("2a00:1::5efe:10.0.0.1")]
    [InlineData("2a00:1::200:5efe:127.0.0.1")]
    [InlineData("2001:2::1")]
    [InlineData("5f00::1")]
    [InlineData("100:0:0:1::1")]
    [InlineData("::ffff:0:7f00:1")]
    public void Addresses_that_lead_inside_are_blocked(string address) =>
        Assert.True(AddressRules.IsBlocked(IPAddress.Parse(address)));

    [Theory]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.1")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("168.63.129.17")]
    [InlineData("2606:4700::1")]
    public void Their_neighbours_are_not(string address) =>
        Assert.False(AddressRules.IsBlocked(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("10.0.0.0/8", "10.9.8.7")]
    [InlineData("10.0.0.0/8", "::ffff:10.9.8.7")]
    [InlineData("::1", "::1")]
    public async Task A_listed_address_may_be_reached(string allow, string host) =>
        Assert.Single(await new GuardedConnector(new HostList([allow])).CheckedAsync(
            host, 443, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("registry.corp", true)]
    [InlineData("registry.corp:5000", true)]
    [InlineData("*.corp", true)]
    [InlineData("10.1.0.0/16", true)]
    [InlineData("registry.corp:5001", false)]
    [InlineData("corp", false)]
    [InlineData("10.2.0.0/16", false)]
    public async Task A_listed_host_may_be_reached_by_its_name(string allow, bool reached)
    {
        var connector = new GuardedConnector(
            new HostList([allow]), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.1.2.3")]));
        var check = connector.CheckedAsync("registry.corp", 5000, TestContext.Current.CancellationToken);
        if (reached)
            Assert.Single(await check);
        else
            await Assert.ThrowsAsync<BlockedAddressException>(() => check);
    }

    [Fact]
    public async Task One_blocked_address_among_others_is_enough()
    {
        var connector = new GuardedConnector(
            new HostList([]),
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34"), IPAddress.Parse("10.0.0.1")]));
        await Assert.ThrowsAsync<BlockedAddressException>(
            () => connector.CheckedAsync("mixed.example", 443, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("127.0.0.1:PORT/app")]
    [InlineData("localhost:PORT/app")]
    [InlineData("[::1]:PORT/app")]
    [InlineData("[::ffff:7f00:1]:PORT/app")]
    [InlineData("2130706433.example.invalid:PORT/app", ImageErrors.RegistryUnreachable)]
    public async Task Nothing_inside_is_connected_to(string reference, string code = ImageErrors.AddressBlocked)
    {
        await using var registry = new OddRegistry();
        var options = new RegistryOptions
        {
            Insecure = new HostList(["127.0.0.0/8", "::/0", "localhost"]),
            RetryDelay = TimeSpan.FromMilliseconds(1)
        };
        var error = await RegistryCase.FailsAsync(
            reference.Replace("PORT", registry.Host.Split(':')[1], StringComparison.Ordinal), options: options);
        Assert.Equal(code, error.Code);
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task A_token_realm_inside_is_not_asked()
    {
        await using var inside = new OddRegistry();
        await using var registry = new OddRegistry();
        registry.Answer(_ => OddAnswer.Empty(
            401, ("WWW-Authenticate", $"Bearer realm=\"http://localhost:{inside.Host.Split(':')[1]}/token\"")));
        var options = RegistryCase.Options(registry.Host);
        var error = await RegistryCase.FailsAsync(registry.Host + "/app", options: options);
        Assert.Equal(ImageErrors.AddressBlocked, error.Code);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task A_redirect_inside_is_not_followed()
    {
        await using var inside = new OddRegistry();
        await using var registry = new OddRegistry();
        registry.Add("latest", new LayerBuilder().File("a", 10).ToArray());
        registry.Answer(r => r.Path.Contains("/blobs/", StringComparison.Ordinal)
            ? OddAnswer.Empty(307, ("Location", $"http://localhost:{inside.Host.Split(':')[1]}/secret"))
            : null);
        var error = await RegistryCase.FailsAsync(registry.Host + "/app", options: RegistryCase.Options(registry.Host));
        Assert.Equal(ImageErrors.AddressBlocked, error.Code);
        Assert.Empty(inside.Requests);
    }

    /// <summary>
    /// No answer of this client is paged, so there is no Link to follow; one that leads inside changes nothing.
    /// </summary>
    [Fact]
    public async Task A_link_inside_is_not_followed()
    {
        await using var inside = new OddRegistry();
        await using var registry = new OddRegistry();
        var image = registry.Add("latest", new LayerBuilder().File("a", 10).ToArray());
        registry.Answer(r => r.Path.EndsWith("/latest", StringComparison.Ordinal)
            ? new OddAnswer(
                200, image.Manifest, ("Content-Type", "application/vnd.oci.image.manifest.v1+json"),
                ("Link", $"<http://localhost:{inside.Host.Split(':')[1]}/next>; rel=\"next\""))
            : null);
        Assert.Equal(10,
            (await RegistryCase.PullAsync(
                registry.Host + "/app", options: RegistryCase.Options(registry.Host))).Tree.Ledger.VisibleBytes);
        Assert.Empty(inside.Requests);
    }

    [Theory]
    [InlineData("registry-1.docker.io", "auth.docker.io", true)]
    [InlineData("registry.gitlab.com", "gitlab.com", true)]
    [InlineData("ghcr.io", "ghcr.io", true)]
    [InlineData("nvcr.io", "authn.nvidia.com", false)]
    [InlineData("a.azurecr.io", "b.azurecr.io", false)]
    [InlineData("registry.a.co.uk", "auth.b.co.uk", false)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("localhost", "localhost", true)]
    public void Credentials_go_to_relatives_only(string registry, string realm, bool related) =>
        Assert.Equal(related, TokenHosts.AreRelated(registry, realm));
}
