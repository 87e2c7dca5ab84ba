using System.Text.Json;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Conda;

/// <summary>
/// conda, mamba and pixi: a file a package in conda-meta of each environment (https://github.com/conda/ceps, the prefix
/// record).
/// </summary>
internal sealed class CondaCatalogue : IPackageCatalogue
{
    private const string Meta = "/conda-meta";

    private const int MaxAddress = 4096;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(CondaFiles.Kind))
        {
            if (!file.Folder.EndsWith(Meta, StringComparison.Ordinal))
                continue;
            using var json = JsonFile.Parse(file.Bytes, files.Work);
            if (json is not null && Record(files, file, json.RootElement) is { } claim)
                yield return claim;
        }
    }

    // { "name": "numpy", "version": "1.26.4", "build": "py312h8753938_0", "channel":
    // "https://example.org/conda-forge/linux-64", "subdir": "linux-64",
    // "fn": "numpy-1.26.4-py312h8753938_0.conda", "depends": ["python >=3.12,<3.13.0a0"], "requested_spec": "numpy",
    // "files": ["lib/…/numpy/__init__.py"] }
    private static PackageClaim? Record(CapturedFiles files, CapturedFile file, JsonElement record)
    {
        var (name, version) = (record.Text("name"), record.Text("version"));
        if (!PackageClaim.IsNamed(name, version) || version.Length == 0)
            return null;
        var meta = file.Parent;
        var prefix = files.Tree.Nodes[meta].Parent;
        var (subdirectory, archive) = (record.Text("subdir"), record.Text("fn"));
        var address = record.Text("channel");
        var channel = address.Length > MaxAddress ? null
            : address.Split('/', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(p => p != subdirectory);
        var kind = archive.EndsWith(".tar.bz2", StringComparison.Ordinal) ? "tar.bz2"
            : archive.EndsWith(".conda", StringComparison.Ordinal) ? "conda" : null;
        var nodes = new NodeList(files, prefix);
        nodes.Add(file.Node);
        foreach (var listed in record.Member("files").Items())
            if (listed.Text() is { Length: > 0 } path)
                nodes.Add(files.Paths.Find(prefix, path));
        return new PackageClaim(
            "conda", name, version,
            Purl.Format(
                "conda", [name], version,
                ("build", record.Text("build")), ("channel", channel), ("subdir", subdirectory), ("type", kind)),
            file.Node, files.Origin(file.Node), nodes.ToArray())
        {
            Scope = meta,
            Needs = [.. record.Member("depends").Items().Take(PackageClaim.MostNames).Select(d => FirstWord(d.Text()))],
            OnPurpose = WasRequested(record),
            License = StatedLicense.Join(record.Text("license")),
        };
    }

    private static string FirstWord(string text) =>
        text.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? text[..end] : text;

    /// <summary>What was named on the command line; conda writes None for the others, mamba nothing.</summary>
    private static bool? WasRequested(JsonElement record) =>
        record.Member("requested_spec") is not null || record.Member("requested_specs") is not null
            ? record.Text("requested_spec") is not ("" or "None") || record.Member("requested_specs").Items().Any()
            : null;
}
