using System.Text;
using System.Text.Json;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Packages.Cargo;

/// <summary>
/// Rust programs that cargo-auditable built
/// (https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md); others say nothing. The program has
/// the bytes, its crates have none; crates that only ran while it was built are not in it.
/// </summary>
internal sealed class CargoCatalogue : IPackageCatalogue
{
    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(ElfFiles.Kind))
        {
            files.Work.Spend(file.Bytes.Length);
            if (ElfFacts.Parse(file.Bytes)?.Crates is not { } text)
                continue;
            using var json = JsonFile.Parse(Encoding.UTF8.GetBytes(text), files.Work);
            foreach (var claim in Crates(files, file, json?.RootElement.Member("packages")))
                yield return claim;
        }
    }

    private static IEnumerable<PackageClaim> Crates(CapturedFiles files, CapturedFile file, JsonElement? list)
    {
        var crates = list.Items().Take(PackageClaim.MostNames).ToArray();
        var layer = files.Origin(file.Node);
        var root = Array.FindIndex(crates, c => c.Flag("root"));
        // The root first: the program is counted for it.
        if (root >= 0 && Claim(root) is { } first)
            yield return first;
        for (var i = 0; i < crates.Length; i++)
            if (i != root && Claim(i) is { } other)
                yield return other;

        PackageClaim? Claim(int i)
        {
            var (name, version) = (crates[i].Text("name"), crates[i].Text("version"));
            if (!PackageClaim.IsNamed(name, version) || crates[i].Text("kind") == "build")
                return null;
            return new PackageClaim(
                "cargo", name, version, Purl.Format("cargo", [name], version),
                file.Node, layer, i == root ? [file.Node] : [])
            {
                Provides = [$"#{i}"],
                Needs = [.. Needs(crates[i]).Take(PackageClaim.MostNames).Select(n => $"#{n}")],
            };
        }
    }

    // {"packages":[{"name":"adler","version":"0.2.3","source":"registry"},
    //  {"name":"auditable","version":"0.1.0","source":"local","dependencies":[0],"root":true}]}
    private static IEnumerable<int> Needs(JsonElement crate)
    {
        foreach (var index in crate.Member("dependencies").Items())
            if (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var i))
                yield return i;
    }
}
