using System.Text;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;

namespace ImageInsight.Data.Tests;

public sealed class PackageStoreTests(Engines engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void Write(LayerBuilder l)
    {
        var status = new StringBuilder();
        for (var i = 0; i < 300; i++)
            status.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"Package: p{i}\nStatus: install ok installed\nArchitecture: all\nVersion: 1.{i}\nDepends: "
                    + $"p{(i + 7) % 300}, p{(i + 1) % 300}\n\n");
        l.File("var/lib/dpkg/status", Encoding.UTF8.GetBytes(status.ToString())).File("usr/bin/p5", 500)
            .File("var/lib/dpkg/info/p5.list", "/usr/bin/p5\n"u8.ToArray())
            .File("usr/share/doc/p5/copyright", "Format: x\nLicense: MIT\n"u8.ToArray())
            .File("var/lib/apt/extended_states", "Package: p5\nArchitecture: amd64\nAuto-Installed: 1\n\n"u8.ToArray());
    }

    [Theory, CombinatorialEngines]
    public async Task Packages_come_back_as_they_were_found_and_go_with_their_analysis(Engine engine)
    {
        await using var db = await engines.OpenAsync(engine);
        var result = await Results.OfAsync(Write);
        var id = await db.EnqueueAsync();
        Assert.True(await db.Queue.CompleteAsync(await db.ClaimAsync(), result, null, [], Token));
        var list = (await db.Analyses.PackagesAsync(id, Token))!;
        Assert.Equal(300, list.All.Count);
        Assert.Equal(
            result.Packages.All.Select(
                p => System.Text.Json.JsonSerializer.Serialize(p with { Dependencies = [.. p.Dependencies.Order()] })),
            list.All.Select(
                p => System.Text.Json.JsonSerializer.Serialize(p with { Dependencies = [.. p.Dependencies.Order()] })));
        Assert.Equal((500, false, "MIT"), (list.All[5].DiskBytes, list.All[5].OnPurpose!.Value, list.All[5].License));
        Assert.Equal([6, 12], list.Needs[5]);
        Assert.Equal([4, 298], list.NeededBy[5]);
        Assert.True(await db.Control.DeleteAsync(id, Token));
        Assert.Null(await db.Analyses.PackagesAsync(id, Token));
        await using var context = db.Contexts.CreateDbContext();
        Assert.Empty(context.Packages);
    }

    [Fact]
    public void Layers_are_kept_within_the_budget_the_last_used_ones_longest()
    {
        static EntryList Entries(int count)
        {
            var entries = new EntryList();
            for (var i = 0; i < count; i++)
                entries.Add(new LayerEntry { Parent = -1, Kind = EntryKind.File }, Encoding.ASCII.GetBytes(
                    $"f{i}"), default);
            return entries;
        }

        var size = Entries(1000).MemoryBytes;
        var recent = new RecentLayers(2 * size);
        var (a, b, c) = (Entries(1000), Entries(1000), Entries(1000));
        recent.Keep("a", 1, a, captures: null);
        recent.Keep("b", 1, b, captures: null);
        Assert.Same(a, recent.Entries("a", 1));
        recent.Keep("c", 1, c, captures: []);
        Assert.Equal((true, false, true),
            (recent.Entries("a", 1) is not null, recent.Entries("b", 1) is not null, recent.Entries(
                "c", 1) is not null));
        Assert.Null(recent.Entries("a", 2));
        Assert.Null(recent.Captures("a", 1));
        Assert.Empty(recent.Captures("c", 1)!);
        recent.Keep("a", 1, a, captures: []);
        Assert.NotNull(recent.Captures("a", 1));
        recent.Keep("big", 1, Entries(5000), captures: null);
        Assert.Null(recent.Entries("big", 1));
        Assert.NotNull(recent.Entries("a", 1));
    }

    [Fact]
    public void Bodies_and_parts_of_bodies_come_back_as_they_were()
    {
        var set = BodySet.Create(
            [new LayerBodies(0, [3, 900, 70_000]), new LayerBodies(7, [0])],
            [new BodyPart(0, 5, 1, 0), new BodyPart(0, 6, 5_000_000_000, 4_000_000_000), new BodyPart(3, 0, 128, 127)]);
        var back = PackedBodies.Unpack(PackedBodies.Pack(set));
        Assert.Equal(set.Layers.Select(l => (l.Layer, string.Join(',', l.Ordinals))),
            back.Layers.Select(l => (l.Layer, string.Join(',', l.Ordinals))));
        Assert.Equal(set.Parts, back.Parts);
        Assert.True(PackedBodies.Unpack([]).IsEmpty);
    }
}
