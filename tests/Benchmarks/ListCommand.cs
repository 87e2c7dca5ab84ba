using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Benchmarks;

/// <summary>Prints what the tar reader makes of one layer, for comparing with other readers.</summary>
internal static class ListCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static int Run(string file)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
        try
        {
            using var stream = File.OpenRead(file);
            LayerListing.Read(stream, new AnalysisOptions(), entry => output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    path = PathText.FromName(entry.Name),
                    kind = EntryKindText.Format(entry.Kind),
                    size = entry.Size,
                    mode = entry.Mode,
                    uid = entry.Uid,
                    gid = entry.Gid,
                    mtime = entry.Mtime,
                    linkTarget = entry.Kind is EntryKind.Symlink or EntryKind.HardLink
                        ? PathText.FromName(entry.LinkName)
                        : null,
                },
                Json)));
            return 0;
        }
        catch (ImageException e)
        {
            Console.Error.WriteLine($"{e.Code}: {e.Message}");
            return 1;
        }
    }
}
