using System.Text;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Gems;

/// <summary>What a specification says, line by line: the first of a line counts.</summary>
internal sealed class GemSpecification
{
    public string Name { get; private set; } = "";

    public string Version { get; private set; } = "";

    public string Platform { get; private set; } = "";

    public IReadOnlyList<string> Licenses { get; private set; } = [];

    /// <summary>As it lists them; only those that come with Ruby do.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    public List<string> Needs { get; } = [];

    // # -*- encoding: utf-8 -*-
    // # stub: nokogiri 1.15.4 x86_64-linux lib
    //
    // Gem::Specification.new do |s|
    //   s.name = "nokogiri".freeze
    //   s.version = "1.15.4"
    //   s.licenses = ["MIT".freeze, "Ruby".freeze]
    //   s.files = ["lib/abbrev.rb".freeze]
    //   s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])
    public static GemSpecification Read(ByteLines lines)
    {
        var gem = new GemSpecification();
        string? stub = null, name = null, version = null;
        bool licenses = false, files = false;
        while (lines.TryNext(out var line))
        {
            if (stub is null && line.StartsWith("# stub: "u8))
            {
                stub = Encoding.UTF8.GetString(line["# stub: ".Length..Math.Min(line.Length, MaxStub)]);
                stub = stub.Split(' ') is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }, ..] ? stub : null;
                continue;
            }

            var rest = line.TrimStart(" \t"u8);
            if (!rest.StartsWith("s."u8))
                continue;
            if (name is null)
                name = Quoted(rest, "s.name = \""u8);
            if (version is null)
                version = Quoted(rest, "s.version = \""u8);
            if (!licenses && line.StartsWith("  s.licenses = ["u8))
                (licenses, gem.Licenses) = (true, Strings(rest["s.licenses = [".Length..]));
            else if (!files && rest.StartsWith("s.files = ["u8) && rest.Contains((byte)']'))
                (files, gem.Files) = (true, Strings(rest["s.files = [".Length..]));
            else if (Need(rest) is { } need)
                gem.Needs.Add(need);
        }

        if (stub?.Split(' ') is [var stubName, var stubVersion, var platform, ..])
            (gem.Name, gem.Version, gem.Platform) = (stubName, stubVersion, platform.TrimEnd('\r'));
        else
            (gem.Name, gem.Version) = (name ?? "", version ?? "");
        return gem;
    }

    /// <summary>Name, version, platform and folders.</summary>
    private const int MaxStub = 4096;

    private static string? Quoted(ReadOnlySpan<byte> line, ReadOnlySpan<byte> start) =>
        line.StartsWith(start) && line[start.Length..] is var value && value.IndexOf((byte)'"') is var end and > 0
            ? Encoding.UTF8.GetString(value[..end])
            : null;

    private static string? Need(ReadOnlySpan<byte> line)
    {
        var at = line.StartsWith("s.add_dependency(%q<"u8) ? "s.add_dependency(%q<".Length
            : line.StartsWith("s.add_runtime_dependency(%q<"u8) ? "s.add_runtime_dependency(%q<".Length : -1;
        if (at < 0)
            return null;
        var end = line[at..].IndexOf((byte)'>');
        return end > 0 ? Encoding.UTF8.GetString(line.Slice(at, end)) : null;
    }

    /// <summary>What stands between quotes before the list ends: every second part.</summary>
    private static List<string> Strings(ReadOnlySpan<byte> list)
    {
        var found = new List<string>();
        var end = list.IndexOf((byte)']');
        var inside = false;
        foreach (var range in list[..Math.Max(0, end)].Split((byte)'"'))
        {
            if (inside && range.Start.Value < range.End.Value)
                found.Add(Encoding.UTF8.GetString(list[range]));
            inside = !inside;
        }

        return found;
    }
}
