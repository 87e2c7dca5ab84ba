namespace ImageInsight.Analysis.Secrets;

/// <summary>Tells from a file's content whether it holds a key or a password. What is kept is the kind alone, never a value.</summary>
internal static class SecretContent
{
    private const string PrivateKey = "private key";

    // -----BEGIN RSA PRIVATE KEY-----            also EC, DSA, OPENSSH, PGP … BLOCK, or nothing before PRIVATE
    // Proc-Type: 4,ENCRYPTED                     as -----BEGIN ENCRYPTED PRIVATE KEY-----
    /// <returns>The kind of key that it holds; null for none.</returns>
    public static string? KeyIn(ReadOnlySpan<byte> body)
    {
        for (var rest = body; rest.IndexOf("-----BEGIN "u8) is var begin && begin >= 0;)
        {
            rest = rest[(begin + "-----BEGIN "u8.Length)..];
            var line = rest[..Math.Min(rest.Length, 64)];
            var end = line.IndexOf("-----"u8);
            if (end < 0 || line[..end].IndexOf("PRIVATE KEY"u8) < 0)
                continue;
            var next = rest[end..Math.Min(rest.Length, end + 64)];
            return line.StartsWith("ENCRYPTED"u8) || next.IndexOf("ENCRYPTED"u8) >= 0 ? "encrypted " + PrivateKey : PrivateKey;
        }

        return null;
    }

    // //registry.npmjs.org/:_authToken=npm_x      password: x      machine example.org login me password x      https://user:word@host
    /// <summary>True when a line has a value behind a word that such a line begins with.</summary>
    public static bool HasSetting(ReadOnlySpan<byte> body, ReadOnlySpan<byte> word)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.Length == 0 || line[0] is (byte)'#' or (byte)';')
                continue;
            for (var at = line.IndexOf(word); at >= 0 && at < line.Length;)
            {
                var value = line[(at + word.Length)..];
                if (word.SequenceEqual("://"u8))
                {
                    var sign = value.IndexOf((byte)'@');
                    if (sign > 0 && value[..sign].IndexOf((byte)':') is var colon and > 0 && IsValue(value[(colon + 1)..sign]))
                        return true;
                }
                else if (value.Length > 0 && value[0] is (byte)'=' or (byte)':' or (byte)' ' or (byte)'\t' && IsValue(value.Trim("=: \t\"'"u8)))
                {
                    return true;
                }

                var next = value.IndexOf(word);
                at = next < 0 ? -1 : at + word.Length + next;
            }
        }

        return false;
    }

    // "auth": "dXNlcjpwYXNz"
    /// <summary>True when a member of this name has a string in it.</summary>
    public static bool HasMember(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var rest = body; rest.IndexOf(name) is var at && at >= 0;)
        {
            var quoted = at > 0 && rest[at - 1] == (byte)'"';
            rest = rest[(at + name.Length)..];
            if (!quoted || rest.Length == 0 || rest[0] != (byte)'"')
                continue;
            var value = rest[1..].TrimStart(" \t\r\n:"u8);
            if (value.Length > 1 && value[0] == (byte)'"' && value[1..].IndexOf((byte)'"') is var end and > 0 && IsValue(value[1..(end + 1)]))
                return true;
        }

        return false;
    }

    /// <summary>A name of a variable, to be filled in later, is no secret.</summary>
    private static bool IsValue(ReadOnlySpan<byte> value) => value.Length > 0 && value[0] is not ((byte)'$' or (byte)'<' or (byte)'%') && !value.StartsWith("{{"u8);
}
