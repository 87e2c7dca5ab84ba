using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>A record of a layer as the merge sees it. A file's content is its size in times a letter.</summary>
internal sealed record ModelEntry(
    string Path, EntryKind Kind, int Size = 0, char Fill = 'x', int Mode = 0x1a4, long Mtime = 0, string Target = "")
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Parent => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    public void Write(LayerBuilder layer)
    {
        var name = Encoding.UTF8.GetBytes(Path);
        switch (Kind)
        {
            case EntryKind.File:
                layer.Record(name, '0', Encoding.ASCII.GetBytes(new string(Fill, Size)), mode: Mode, mtime: Mtime);
                break;
            case EntryKind.Directory:
                layer.Record([.. name, (byte)'/'], '5', [], mode: Mode, mtime: Mtime);
                break;
            case EntryKind.Symlink:
                layer.Record(name, '2', [], Target, mode: Mode, mtime: Mtime);
                break;
            case EntryKind.HardLink:
                layer.Record(name, '1', [], Target, mode: Mode, mtime: Mtime);
                break;
            default:
                layer.Record(name, '6', [], mode: Mode, mtime: Mtime);
                break;
        }
    }

    public override string ToString() => Kind switch
    {
        EntryKind.File => $"{Path} ({Size}{Fill} {Convert.ToString(Mode, 8)} @{Mtime})",
        EntryKind.Directory => Path + "/",
        EntryKind.Symlink => $"{Path} -> {Target}",
        EntryKind.HardLink => $"{Path} = {Target}",
        _ => Path + "|",
    };
}
