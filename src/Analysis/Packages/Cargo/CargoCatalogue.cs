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
            if (ElfFacts.Parse(file.Bytes)?.Crates is not { } text)
                continue;
            using var json = JsonFile.Parse(Encoding.UTF8.GetBytes(text));
            var crates = (json?.RootElement.Member("packages")).Items().ToList();
            var layer = files.Origin(file.Node);
            var root = crates.FindIndex(c => c.Flag("root"));
            // The root first: the program is counted for it.
            foreach (var i in Enumerable.Range(0, crates.Count).OrderByDescending(i => i == root))
            {
                var crate = crates[i];
                var (name, version) = (crate.Text("name"), crate.Text("version"));
                if (name.Length == 0 || crate.Text("kind") == "build")
                    continue;
                yield return new PackageClaim(
                    "cargo", name, version, Purl.Format("cargo", [name], version),
                    file.Node, layer, i == root ? [file.Node] : [])
                {
                    Provides = [$"#{i}"],
                    Needs = [.. Needs(crate).Select(n => $"#{n}")],
                };
            }
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
