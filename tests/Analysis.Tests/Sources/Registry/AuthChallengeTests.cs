using System.Text.Json;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Analysis.Tests.Fixtures;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

public sealed class AuthChallengeTests
{
    [Fact]
    public void Every_challenge_of_the_table()
    {
        Assert.SkipWhen(FixtureFolder.Path is null, FixtureFolder.Missing);
        using var table = JsonDocument.Parse(File.ReadAllText(FixtureFolder.File("tables/auth_challenges.json")));
        var cases = table.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        Assert.All(cases, Check);
    }

    [Theory]
    [InlineData("Negotiate abc==, Basic realm=x", "negotiate|basic")]
    [InlineData(", ,Basic realm=x", "basic")]
    [InlineData("", "")]
    [InlineData("Bearer realm=\"a, Basic realm=b\"", "bearer")]
    public void Further_forms(string header, string schemes) =>
        Assert.Equal(schemes, string.Join('|', AuthChallenge.Parse(header).Select(c => c.Scheme)));

    private static void Check(JsonElement row)
    {
        var lines = row.TryGetProperty("headers", out var several) ? several.EnumerateArray()
            .Select(h => h.GetString()!).ToList() : [row.GetProperty("header").GetString()!];
        if (row.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            Assert.Throws<FormatException>(() => AuthChallenge.Parse(lines[0]));
            return;
        }

        Assert.Equal(
            row.GetProperty("challenges").EnumerateArray().Select(c => Write(
                c.GetProperty("scheme").GetString()!,
                c.GetProperty("params").EnumerateObject().Select(p => (p.Name, p.Value.GetString()!)))),
            lines.SelectMany(
                AuthChallenge.Parse).Select(c => Write(c.Scheme, c.Parameters.Select(p => (p.Key, p.Value)))));
    }

    private static string Write(string scheme, IEnumerable<(string Name, string Value)> parameters) =>
        scheme + " "
        + string.Join(',', parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));
}
