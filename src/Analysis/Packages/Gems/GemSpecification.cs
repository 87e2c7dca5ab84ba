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
    //
    // Older ones have no stub, and other quotes:
    //   s.name = %q{rake}
    //   s.version = Gem::Version.new('0.8.7')
    //   spec.add_dependency 'racc', '~> 1.4'
    public static GemSpecification Read(ByteLines lines)
    {
        var gem = new GemSpecification();
        string? stub = null, name = null, version = null, platform = null;
        bool licenses = false, files = false;
        while (lines.TryNext(out var line))
        {
            if (stub is null && line.StartsWith("# stub: "u8))
            {
                stub = Encoding.UTF8.GetString(line["# stub: ".Length..Math.Min(line.Length, MaxStub)]);
                stub = stub.Split(' ') is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }, ..] ? stub : null;
                continue;
            }

            var rest = Member(line);
            if (rest.IsEmpty)
                continue;
            if (Assigned(rest, "name"u8) is { IsEmpty: false } own)
                name ??= First(own);
            else if (Assigned(rest, "version"u8) is { IsEmpty: false } stated)
                version ??= First(stated);
            else if (Assigned(rest, "platform"u8) is { IsEmpty: false } machine)
                platform ??= First(machine);
            else if (!licenses && Assigned(rest, "licenses"u8) is { IsEmpty: false } several)
                (licenses, gem.Licenses) = (true, Strings(several));
            else if (!licenses && Assigned(rest, "license"u8) is { IsEmpty: false } one)
                (licenses, gem.Licenses) = (true, Strings(one));
            else if (!files && Assigned(rest, "files"u8) is { IsEmpty: false } list && list[0] == '['
                && list.Contains((byte)']'))
                (files, gem.Files) = (true, Strings(list));
            else if (Need(rest) is { } need)
                gem.Needs.Add(need);
        }

        if (stub?.Split(' ') is [var stubName, var stubVersion, var stubPlatform, ..])
            (gem.Name, gem.Version, gem.Platform) = (stubName, stubVersion, stubPlatform.TrimEnd('\r'));
        else
            (gem.Name, gem.Version, gem.Platform) = (name ?? "", version ?? "", platform ?? "");
        return gem;
    }

    /// <summary>A version that the specification computes stands in the file's name: rake-0.8.7.</summary>
    public void TakeFrom(string name)
    {
        var dash = name.LastIndexOf('-');
        if (Name.Length > 0 && Version.Length == 0 && name.StartsWith(Name + "-", StringComparison.Ordinal))
            Version = name[(Name.Length + 1)..];
        else if (Name.Length == 0 && dash > 0 && Version.Length > 0 && name.EndsWith("-" + Version,
            StringComparison.Ordinal))
            Name = name[..dash];
    }

    /// <summary>Name, version, platform and folders.</summary>
    private const int MaxStub = 4096;

    /// <summary>What stands behind s. or spec.; empty where there is no such thing.</summary>
    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> line)
    {
        var rest = line.TrimStart(" \t"u8);
        var dot = 0;
        while (dot < rest.Length && dot < 32 && (char.IsAsciiLetterOrDigit((char)rest[dot]) || rest[dot] == '_'))
            dot++;
        return dot > 0 && dot < rest.Length && rest[dot] == '.' ? rest[(dot + 1)..] : default;
    }

    /// <summary>The value of a member; empty where the line sets another one.</summary>
    private static ReadOnlySpan<byte> Assigned(ReadOnlySpan<byte> member, ReadOnlySpan<byte> name)
    {
        if (!member.StartsWith(name))
            return default;
        var rest = member[name.Length..].TrimStart(" \t"u8);
        return rest.Length > 1 && rest[0] == '=' && rest[1] is not ((byte)'=' or (byte)'~' or (byte)'>')
            ? rest[1..].TrimStart(" \t"u8)
            : default;
    }

    private static string? First(ReadOnlySpan<byte> value)
    {
        // s.platform = Gem::Platform::RUBY is none.
        if (value.StartsWith("Gem::Version.new"u8) || value.StartsWith("Gem::Platform.new"u8))
            value = value[value.IndexOf((byte)'(')..].TrimStart("( \t"u8);
        return Literal(value, 0) is { Text: { Length: > 0 } text } ? text : null;
    }

    private static string? Need(ReadOnlySpan<byte> member)
    {
        var rest = member.StartsWith("add_dependency"u8) ? member["add_dependency".Length..]
            : member.StartsWith("add_runtime_dependency"u8) ? member["add_runtime_dependency".Length..] : default;
        return First(rest.TrimStart("( \t"u8));
    }

    /// <summary>The strings of a list, or the one that stands alone.</summary>
    private static List<string> Strings(ReadOnlySpan<byte> list)
    {
        var found = new List<string>();
        if (list.StartsWith("%w"u8) && list.Length > 3)
        {
            var end = list[3..].IndexOf(Closing(list[2]));
            foreach (var word in Encoding.UTF8.GetString(end < 0 ? default : list.Slice(3, end)).Split(' '))
                if (word.Length > 0)
                    found.Add(word);
            return found;
        }

        for (var at = 0; at < list.Length && list[at] != ']';)
            if (Literal(list, at) is { } literal)
            {
                if (literal.Text.Length > 0)
                    found.Add(literal.Text);
                at = literal.End;
            }
            else
            {
                at++;
            }

        return found;
    }

    // "x"      'x'      %q{x}      %q<x>      %Q(x)      %q|x|
    private static (string Text, int End)? Literal(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
            return null;
        var start = at + 1;
        byte close;
        if (text[at] is (byte)'"' or (byte)'\'')
            close = text[at];
        else if (text[at] == '%' && at + 2 < text.Length && text[at + 1] is (byte)'q' or (byte)'Q')
            (close, start) = (Closing(text[at + 2]), at + 3);
        else
            return null;
        var end = text[start..].IndexOf(close);
        return end < 0 ? null : (Encoding.UTF8.GetString(text.Slice(start, end)), start + end + 1);
    }

    private static byte Closing(byte open) => open switch
    {
        (byte)'{' => (byte)'}',
        (byte)'<' => (byte)'>',
        (byte)'(' => (byte)')',
        (byte)'[' => (byte)']',
        _ => open,
    };
}
