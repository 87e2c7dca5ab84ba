using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// An image archive taken apart, so that one of its files can change and those that name its digest with it.
/// </summary>
internal sealed class FuzzArchive
{
    private sealed record Part(string Name, TarEntryType Type, string Link, byte[] Bytes);

    private List<Part> parts = [];

    public required string Name { get; init; }

    /// <summary>Null when the independent reader cannot take it apart.</summary>
    public static FuzzArchive? Read(FuzzSeed seed)
    {
        try
        {
            var archive = new FuzzArchive { Name = seed.Name };
            using var reader = new TarReader(new MemoryStream(seed.Bytes));
            while (reader.GetNextEntry(copyData: true) is { } entry)
            {
                var body = new MemoryStream();
                entry.DataStream?.CopyTo(body);
                archive.parts.Add(new Part(entry.Name, entry.EntryType, entry.LinkName, body.ToArray()));
            }

            return archive;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return null;
        }
    }

    public FuzzArchive Copy() => new() { Name = Name, parts = [.. parts] };

    public byte[] ToArray()
    {
        var tar = new LayerBuilder();
        foreach (var part in parts)
            switch (part.Type)
            {
                case TarEntryType.SymbolicLink:
                    tar.Symlink(part.Name, part.Link);
                    break;
                case TarEntryType.HardLink:
                    tar.HardLink(part.Name, part.Link);
                    break;
                case TarEntryType.Directory:
                    tar.Directory(part.Name.TrimEnd('/'));
                    break;
                default:
                    tar.File(part.Name, part.Bytes);
                    break;
            }

        return tar.ToArray();
    }

    /// <summary>
    /// Changes a document, and, when <paramref name="reseal"/>, every digest and size that follows from it.
    /// </summary>
    public void ChangeJson(FuzzRandom random, bool reseal)
    {
        var documents = Enumerable.Range(0, parts.Count).Where(i => IsJson(parts[i].Bytes)).ToList();
        if (documents.Count == 0)
            return;
        var at = random.Pick(documents);
        Replace(at, JsonMutator.Mutate(parts[at].Bytes, random), reseal);
    }

    /// <summary>Changes what is no document, a layer mostly.</summary>
    public void ChangeBody(FuzzRandom random, FuzzBytes scratch, bool reseal)
    {
        var bodies = Enumerable.Range(0, parts.Count).Where(i => parts[i].Bytes.Length > 0 && !IsJson(parts[i].Bytes))
            .ToList();
        if (bodies.Count == 0)
            return;
        var at = random.Pick(bodies);
        scratch.Load(parts[at].Bytes);
        TarMutator.Mutate(scratch, random, parts[random.Pick(bodies)].Bytes);
        Replace(at, scratch.Span.ToArray(), reseal);
    }

    /// <summary>Removes, renames, repeats or links a file.</summary>
    public void ChangeParts(FuzzRandom random)
    {
        if (parts.Count == 0)
            return;
        var at = random.Below(parts.Count);
        var other = random.Pick(parts);
        switch (random.Below(6))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts[at] = parts[at] with { Name = other.Name };
                break;
            case 2:
                parts.Insert(at, other);
                break;
            case 3:
                parts[at] = parts[at] with { Bytes = other.Bytes };
                break;
            case 4:
                parts[at] = parts[at] with
                {
                    Type = TarEntryType.SymbolicLink,
                    Link = random.OneIn(3)
                    ? "../" + other.Name
                    : other.Name
                };
                break;
            default:
                parts[at] = parts[at] with { Type = TarEntryType.HardLink, Link = other.Name };
                break;
        }
    }

    private void Replace(int at, byte[] bytes, bool reseal)
    {
        var changes = new Queue<(string Old, string New, int Size)>();
        Put(at, bytes);
        // Deep enough for layer, manifest, two indexes; what names itself would never end.
        for (var steps = 0; reseal && steps < 16 && changes.TryDequeue(out var change); steps++)
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[i];
                if (part.Name.Contains(change.Old, StringComparison.Ordinal))
                    parts[i] = part with { Name = part.Name.Replace(change.Old, change.New, StringComparison.Ordinal) };
                if (IsJson(part.Bytes) && part.Bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(change.Old)) >= 0)
                    Put(i, Rename(part.Bytes, change));
            }

        void Put(int index, byte[] content)
        {
            var part = parts[index];
            changes.Enqueue((Hex(part.Bytes), Hex(content), content.Length));
            parts[index] = part with { Bytes = content };
        }
    }

    private static byte[] Rename(byte[] json, (string Old, string New, int Size) change)
    {
        var text = Encoding.UTF8.GetString(json).Replace(change.Old, change.New, StringComparison.Ordinal);
        try
        {
            var root = JsonNode.Parse(text);
            SetSize(root, "sha256:" + change.New, change.Size);
            text = root?.ToJsonString() ?? "null";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // No longer JSON that a tree can hold: the text alone has to do.
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static void SetSize(JsonNode? node, string digest, int size)
    {
        if (node is JsonArray a)
            foreach (var item in a)
                SetSize(item, digest, size);
        if (node is not JsonObject o)
            return;
        if (o["digest"] is JsonValue stated && stated.TryGetValue<string>(out var text) && text == digest)
            o["size"] = size;
        foreach (var (_, child) in o.ToList())
            SetSize(child, digest, size);
    }

    private static bool IsJson(byte[] bytes) => bytes.Length > 0 && bytes[0] is (byte)'{' or (byte)'[';

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
