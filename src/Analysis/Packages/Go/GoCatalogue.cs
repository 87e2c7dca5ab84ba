using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Packages.Go;

/// <summary>
/// Go programs by the build information that the linker puts into them (go1.26 runtime/debug.BuildInfo). The program
/// has the bytes, its modules have none.
/// </summary>
internal sealed class GoCatalogue : IPackageCatalogue
{
    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(ElfFiles.Kind))
        {
            files.Work.Spend(file.Bytes.Length);
            if (ElfFacts.Parse(file.Bytes) is { GoVersion: { Length: > 0 } compiler } facts)
                foreach (var claim in Program(files, file, compiler, facts.GoModules ?? ""))
                    yield return claim;
        }
    }

    private static IEnumerable<PackageClaim> Program(
        CapturedFiles files, CapturedFile file, string compiler, string lines)
    {
        var layer = files.Origin(file.Node);
        var (path, main, modules) = Modules(lines);
        // go build of files without a module: the path is command-line-arguments.
        var name = main.Path.Length > 0 ? main.Path : path;
        // "go1.22.1 X:nocoverageredesign"
        var standard = compiler.StartsWith("go", StringComparison.Ordinal) ? compiler[2..].Split(' ', 2)[0] : compiler;
        modules =
        [
            .. modules.DistinctBy(m => m.Path).Where(m => PackageClaim.IsNamed(m.Path, m.Version))
                .Prepend(("stdlib", standard)).Take(PackageClaim.MostNames),
        ];
        if (PackageClaim.IsNamed(name, main.Version))
            yield return Claim(name, main.Version, [file.Node]) with { Needs = [.. modules.Select(m => m.Path)] };
        foreach (var module in modules)
            yield return Claim(
                module.Path, module.Version, name.Length == 0 && module.Path == "stdlib" ? [file.Node] : []);

        PackageClaim Claim(string module, string version, int[] nodes) => new(
            "golang", module, version, Purl.Format("golang", module.ToLowerInvariant().Split('/'), version),
            file.Node, layer, nodes);
    }

    // path	github.com/containers/skopeo/cmd/skopeo
    // mod	github.com/containers/skopeo	(devel)
    // dep	github.com/sirupsen/logrus	v1.9.0	h1:trlNQbNUG3OdDrDil03MCb1H2o9nJ1x4/5LYw7byDE0=
    // dep	example.org/a	v1.0.0
    // =>	example.org/fork	v1.0.1	h1:...          stands in for the line before
    private static (string Path, (string Path, string Version) Main,
        List<(string Path, string Version)> Modules) Modules(string lines)
    {
        var (path, main) = ("", (Path: "", Version: ""));
        var modules = new List<(string Path, string Version)>();
        foreach (var range in lines.AsSpan().Split('\n'))
            switch (lines[range].Split('\t', 4))
            {
                case ["path", var package, ..]:
                    path = package;
                    break;
                case ["mod", var module, var version, ..]:
                    main = (module, version == "(devel)" ? "" : version);
                    break;
                case ["dep", { Length: > 0 } module, var version, ..]:
                    modules.Add((module, version == "(devel)" ? "" : version));
                    break;
                case ["=>", { Length: > 0 } module, var version, ..]
                    when modules.Count > 0 && module[0] is not ('.' or '/'):
                    modules[^1] = (module, version == "(devel)" ? "" : version);
                    break;
                default:
                    break;
            }

        return (path, main, modules);
    }
}
