using System.Security.Cryptography;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Reporting.BillsOfMaterials;

/// <param name="Id">Names the document: an analysis never changes, and a part of it is a document of its own.</param>
/// <param name="Name">Of the image, as people gave it.</param>
/// <param name="Part">What is left out; null when nothing is.</param>
/// <param name="Needs">For each package the places of those that it needs.</param>
public sealed record BillOfMaterials(
    Guid Id, string Name, DateTime MadeAt, string ConfigDigest, IReadOnlyList<string> Tags, string? Part,
    IReadOnlyList<Package> Packages, IReadOnlyList<IReadOnlyList<int>> Needs)
{
    /// <summary>What packages of one part need of another is not in the document, and cannot be referred to.</summary>
    public static BillOfMaterials FromPackages(
        Guid analysis, string name, DateTime madeAt, ImageSummary summary, PackageList list, ImagePart owner)
    {
        var all = list.All;
        var kept = Enumerable.Range(0, all.Count).Where(i => owner.HasLayer(summary.Base, all[i].Layer)).ToList();
        var places = new int[all.Count];
        Array.Fill(places, -1);
        for (var i = 0; i < kept.Count; i++)
            places[kept[i]] = i;
        return new BillOfMaterials(
            IdOf(analysis, owner), name, madeAt, summary.ConfigDigest, summary.Tags,
            owner switch
            {
                ImagePart.Base => "only packages that came with the base image",
                ImagePart.Yours => "only packages that came with layers above the base image",
                _ => null,
            },
            [.. kept.Select(i => all[i])],
            [.. kept.Select(i => (IReadOnlyList<int>)[.. list.Needs[i].Select(n => places[n]).Where(n => n >= 0)])]);
    }

    /// <summary>The analysis' own for all of it; else one of version 8 (RFC 9562), always the same.</summary>
    private static Guid IdOf(Guid analysis, ImagePart owner)
    {
        if (owner == ImagePart.All)
            return analysis;
        var hash = SHA256.HashData([.. analysis.ToByteArray(bigEndian: true), (byte)owner]).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
