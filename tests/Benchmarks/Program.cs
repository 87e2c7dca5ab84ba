using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ImageInsight.Benchmarks;

return args switch
{
    ["analyze", var file] => await AnalyzeCommand.RunAsync(file, native: true, warm: false),
    ["analyze", "--managed", var file] => await AnalyzeCommand.RunAsync(file, native: false, warm: false),
    ["analyze", "--warm", var file] => await AnalyzeCommand.RunAsync(file, native: true, warm: true),
    ["list", var file] => ListCommand.Run(file),
    ["optimize", var file, var target, var index, .. [] or ["safe"]] => await OptimizeCommand.RunAsync(
        file, target, int.Parse(index, CultureInfo.InvariantCulture), args.Length == 5),
    ["propose", var file, var folder] => await ProposeCommand.RunAsync(file, folder),
    ["proven", var name, var file, var built] => await ProvenCommand.RunAsync(name, file, built),
    ["saved", var file, var built] => await ProvenCommand.SavedAsync(file, built),
    ["packages", var file] => await PackagesCommand.RunAsync(file),
    ["estimate", .. { Length: > 0 } files] => await EstimateCommand.RunAsync(files),
    ["accuracy", var corpus] => await AccuracyCommand.RunAsync(corpus),
    ["accuracy", var corpus, var file] => await AccuracyCommand.RunAsync(corpus, file),
    ["claims", var folder, var pair, var target, .. var broken] =>
        await ClaimsCommand.RunAsync(folder, pair, target, broken),
    ["rules", var file] => await RulesCommand.RunAsync(file),
    ["hostile", var folder] => HostileCommand.Run(folder),
    ["bench"] => Bench(),
    ["ratio", .. { Length: > 0 } files] => await RatioCommand.RunAsync(files),
    ["stored", var file, .. var connection] when connection.Length < 2 =>
        await StoredCommand.RunAsync(file, connection.FirstOrDefault()),
    ["page", var url] => await PageCommand.RunAsync(url),
    ["split", var file] => await SplitCommand.RunAsync(file),
    ["synth", var form, var files, var whiteouts, var file] =>
        SynthCommand.Run(
            form, int.Parse(files, CultureInfo.InvariantCulture), int.Parse(whiteouts, CultureInfo.InvariantCulture),
            file),
    ["fuzz", var target, var count, .. var seed] when seed.Length < 2 =>
        FuzzCommand.Run(
            target, long.Parse(count, CultureInfo.InvariantCulture),
            seed is [var s] ? ulong.Parse(s, CultureInfo.InvariantCulture) : 1),
    _ => Usage(),
};

static int Bench()
{
    // In this process: the one it would build by itself does not find a project below artifacts/.
    var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
    BenchmarkRunner.Run<ReaderBenchmarks>(DefaultConfig.Instance.AddJob(job));
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        "usage: Benchmarks analyze [--managed|--warm] FILE   one JSON line of figures for the library alone; "
            + "--managed without ISA-L, --warm the second time");
    Console.Error.WriteLine("       Benchmarks list FILE      the records of one layer tar as NDJSON");
    Console.Error.WriteLine(
        "       Benchmarks hostile DIR    writes images that are hard to analyse (scripts/hostile.sh)");
    Console.Error.WriteLine(
        "       Benchmarks page URL       ms to first byte, to the map, to the map again, and the slowest of "
            + "three steps into it");
    Console.Error.WriteLine("       Benchmarks packages FILE  the packages of an image as NDJSON");
    Console.Error.WriteLine(
        "       Benchmarks optimize FILE OUT N [safe]  writes the archive's image N without its dead bytes, and "
            + "without the files of safe findings");
    Console.Error.WriteLine(
        "       Benchmarks propose FILE DIR   the Dockerfile reconstructed and proposed, and the sizes that are "
            + "predicted");
    Console.Error.WriteLine(
        "       Benchmarks proven NAME FILE BUILT   an image beside what was built from its proposal, as a row of "
            + "docs/proposals.md");
    Console.Error.WriteLine(
        "       Benchmarks saved FILE BUILT   what was predicted to be saved and what is (scripts/precision.sh)");
    Console.Error.WriteLine(
        "       Benchmarks estimate FILE...   estimated pull bytes against gzip -6, for archives with uncompressed "
            + "layers");
    Console.Error.WriteLine(
        "       Benchmarks split FILE     pull bytes of files against gzipping each alone, for an archive with "
            + "compressed layers");
    Console.Error.WriteLine(
        "       Benchmarks stored FILE [CONNECTION]   bytes a record that the layers of an image take in SQLite, or in "
            + "an empty Postgres database");
    Console.Error.WriteLine(
        "       Benchmarks ratio FILE...  wall, CPU and peak memory beside igzip, zstd or openssl over the same "
            + "layers");
    Console.Error.WriteLine(
        "       Benchmarks accuracy DIR [FILE]   predicted against measured savings for every naive and fixed pair of "
            + "a corpus; FILE keeps its last section");
    Console.Error.WriteLine(
        "       Benchmarks claims DIR PAIR OUT [BROKEN...]   what findings of PAIR-naive.tar claim, as scripts that "
            + "remove it (scripts/precision.sh)");
    Console.Error.WriteLine(
        "       Benchmarks rules FILE     what the finding rules cost beside the rest of the analysis");
    Console.Error.WriteLine(
        "       Benchmarks bench          time and allocations of the tar reader and the merge, by BenchmarkDotNet");
    Console.Error.WriteLine(
        "       Benchmarks synth plain|gzip|zstd FILES WHITEOUTS FILE   writes a docker-archive of that size");
    Console.Error.WriteLine(
        "       Benchmarks fuzz tar|archive|text|all COUNT [SEED]   mutated inputs; says how they ended, or the seed "
            + "of one that broke something");
    return 2;
}
