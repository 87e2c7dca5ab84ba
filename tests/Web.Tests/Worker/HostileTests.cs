using System.Globalization;
using ImageInsight.Tests.Hostile;

namespace ImageInsight.Web.Tests.Worker;

/// <summary>
/// Images made to hold a worker or to fill its memory, each in a process of its own: it ends, and what is left of it is
/// small. scripts/hostile.sh measures the CPU time.
/// </summary>
public sealed class HostileTests(Services services)
{
    private const long MostMemory = 512L << 20;

    private const long MostAnswer = 20_000_000;

    public static TheoryData<string> Names => [.. HostileImages.All.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_ends_within_the_memory_and_its_answers_are_small(string name)
    {
        await using var service = await ServiceProcess.StartAsync(services.NewFolder());
        var id = await service.UploadAsync(HostileImages.All[name](), name, Token);
        var ended = await service.EndedAsync(id, Token);
        if (ended["state"]!.GetValue<string>() == "failed")
            Assert.Equal("limit-exceeded", ended["error"]!["code"]!.GetValue<string>());
        else
            await AssertSmallAsync(service, id);
        Assert.InRange(PeakMemory(service.ProcessId), 0, MostMemory);
    }

    [Fact]
    public async Task One_process_stays_within_the_memory_through_all_of_them()
    {
        await using var service = await ServiceProcess.StartAsync(services.NewFolder());
        foreach (var (name, make) in HostileImages.All)
        {
            var id = await service.UploadAsync(make(), name, Token);
            if ((await service.EndedAsync(id, Token))["state"]!.GetValue<string>() == "done")
                await AssertSmallAsync(service, id);
        }

        Assert.InRange(PeakMemory(service.ProcessId), 0, MostMemory);
    }

    private static async Task AssertSmallAsync(ServiceProcess service, string id)
    {
        foreach (var path in (string[])
            ["", "/findings", "/findings?format=sarif", "/dockerfile", "/packages?take=1000", "/tree?depth=8", "/base"])
            Assert.InRange((await service.Client.GetByteArrayAsync(
                new Uri($"/api/analyses/{id}{path}", UriKind.Relative), Token)).LongLength, 0, MostAnswer);
        foreach (var finding in (await service.GetAsync($"/api/analyses/{id}/findings", Token)).AsArray().Take(3))
        {
            var paths = $"/api/analyses/{id}/findings/{Uri.EscapeDataString(finding!["id"]!.GetValue<string>())}/paths";
            Assert.InRange(
                (await service.Client.GetByteArrayAsync(new Uri(paths, UriKind.Relative), Token)).LongLength,
                0, MostAnswer);
        }

        using var page = await service.Client.GetAsync(new Uri($"/images/{id}", UriKind.Relative), Token);
        Assert.True(page.IsSuccessStatusCode);
    }

    /// <summary>The kernel's high-water mark.</summary>
    private static long PeakMemory(int processId) =>
        1024 * long.Parse(
            File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
}
