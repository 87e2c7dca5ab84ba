using ImageInsight.Benchmarks;

return args switch
{
    ["analyze", var file] => await AnalyzeCommand.RunAsync(file),
    ["list", var file] => ListCommand.Run(file),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Benchmarks analyze FILE   one JSON line of figures for the library alone");
    Console.Error.WriteLine("       Benchmarks list FILE      the records of one layer tar as NDJSON");
    return 2;
}
