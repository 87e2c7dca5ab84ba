using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>Hard links of one layer, to files and to each other in the worst order.</summary>
public sealed class LinkedBodyGrowthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_of_links_are_looked_for_in_linear_time(bool isChain) => GrowthCheck.AssertLinear(times =>
    {
        var count = 500 * times;
        var entries = new EntryList();
        for (var i = 0; i < count; i++)
            entries.Add(
                new LayerEntry { Parent = -1, Kind = EntryKind.HardLink }, Text($"{i}.gemspec"),
                Text(isChain ? $"{i + 1}.gemspec" : "store"));
        var store = entries.Add(
            new LayerEntry { Parent = -1, Kind = EntryKind.File }, Text(isChain ? $"{count}.gemspec" : "store"), []);
        return work =>
        {
            using var bodies = new LinkedBodies(work);
            Assert.True(bodies.TryStart(1));
            bodies.Append("x"u8);
            bodies.Finish(store);
            _ = bodies.Named(entries, ImageAnalyzer.Wanted).Count();
        };
    });

    private static byte[] Text(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
