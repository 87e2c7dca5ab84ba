using System.Security.Cryptography;
using System.Text;

namespace ImageInsight.Analysis.References;

/// <summary>
/// One digest for a whole stack of layers:
/// https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#layer-chainid.
/// </summary>
public static class ChainId
{
    /// <summary>
    /// Of each stack that begins with the lowest layer, the shortest first; the last one is that of all layers.
    /// </summary>
    public static IReadOnlyList<Digest> Compute(IReadOnlyList<Digest> diffIds)
    {
        var chain = new List<Digest>(diffIds.Count);
        foreach (var diffId in diffIds)
            chain.Add(chain.Count == 0 ? diffId
                : Digest.FromHash(SHA256.HashData(Encoding.ASCII.GetBytes($"{chain[^1]} {diffId}"))));
        return chain;
    }
}
