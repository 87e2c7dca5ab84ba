namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// The address that a Location stands for (RFC 3986, 5.2), as text: what is signed must come back byte by byte, and
/// .NET's own would decode, encode and shorten it.
/// </summary>
internal static class RelativeAddress
{
    /// <param name="from">The address that answered.</param>
    /// <param name="text">Absolute, and then returned as it is, or relative to the address in any form.</param>
    public static string Resolve(Uri from, string text)
    {
        // What follows a hash is never sent.
        var fragment = text.IndexOf('#', StringComparison.Ordinal);
        text = fragment < 0 ? text : text[..fragment];
        if (HasScheme(text))
            return text;
        // //host/path      /path      ?query      path      ../path      #x: the same address
        if (text.StartsWith("//", StringComparison.Ordinal))
            return from.Scheme + ":" + text;
        var (asked, origin) = (from.PathAndQuery, from.GetLeftPart(UriPartial.Authority));
        var query = asked.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? asked : asked[..query];
        return text switch
        {
            "" => origin + asked,
            ['?', ..] => origin + path + text,
            ['/', ..] => origin + WithoutDots(text),
            _ => origin + WithoutDots(path[..(path.LastIndexOf('/') + 1)] + text),
        };
    }

    // A colon that no slash, question mark or hash stands before ends a scheme: blobs/sha256:9a8b has none, and
    // sha256:9a8b/data has one.
    private static bool HasScheme(string text) =>
        text.AsSpan().IndexOfAny(":/?#") is > 0 and var at && text[at] == ':' && char.IsAsciiLetter(text[0])
        && text.AsSpan(0, at).IndexOfAnyExcept(Scheme) < 0;

    private static readonly System.Buffers.SearchValues<char> Scheme = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>5.2.4; what stands behind a question mark is left alone.</summary>
    private static string WithoutDots(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var (path, rest) = query < 0 ? (text, "") : (text[..query], text[query..]);
        var parts = path.Split('/');
        var kept = new List<string>(parts.Length);
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i] is not ("." or ".."))
            {
                kept.Add(parts[i]);
                continue;
            }

            if (parts[i] == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (i == parts.Length - 1)
                kept.Add("");
        }

        return "/" + string.Join('/', kept) + rest;
    }
}
