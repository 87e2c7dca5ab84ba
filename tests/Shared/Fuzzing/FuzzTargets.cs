using System.Security.Cryptography;

namespace ImageInsight.Tests.Fuzzing;

internal static class FuzzTargets
{
    public static IReadOnlyList<string> Names { get; } = ["tar", "archive", "text"];

    /// <exception cref="FuzzFailure">A case broke an invariant or did not end.</exception>
    public static FuzzRun Run(string name, long count, ulong seed)
    {
        var target = Make(name);
        try
        {
            return new FuzzRun(target, name).Execute(count, seed);
        }
        finally
        {
            (target as IDisposable)?.Dispose();
        }
    }

    /// <summary>Digests of the inputs that these seeds make.</summary>
    public static List<string> Inputs(string name, int count, ulong seed)
    {
        var target = Make(name);
        var inputs = new List<string>();
        for (var i = 0; i < count; i++)
        {
            target.Run(seed + (ulong)i);
            inputs.Add(Convert.ToHexStringLower(SHA256.HashData(target.Input)));
        }

        (target as IDisposable)?.Dispose();
        return inputs;
    }

    private static IFuzzTarget Make(string name) => name switch
    {
        "tar" => new TarTarget(),
        "archive" => new ArchiveTarget(),
        "text" => new TextTarget(),
        _ => throw new ArgumentException(
            $"There is no target '{name}', only {string.Join(", ", Names)}.", nameof(name)),
    };
}
