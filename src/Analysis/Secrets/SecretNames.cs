using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Secrets;

/// <summary>
/// Variables that hold a secret by their name. Their values are never kept: they are taken out before anything stores a
/// line.
/// </summary>
internal static partial class SecretNames
{
    public const string Mask = "***";

    private static readonly string[] Words =
    [
        "PASS", "PASSWD", "PASSWORD", "PASSPHRASE", "PWD", "SECRET", "SECRETS", "TOKEN", "APIKEY", "CREDENTIAL",
        "CREDENTIALS"
    ];

    private static readonly string[] Endings = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY"];

    /// <summary>Public by their nature: what an image verifies downloads with, and names of places.</summary>
    private static readonly string[] Harmless =
    [
        "GPG", "PUBLIC", "PUB", "FILE", "PATH", "DIR", "URL", "NAME", "ID", "HOST", "SHA256", "FINGERPRINT", "KEYRING",
        "TYPE", "LENGTH", "SIZE", "PROMPT", "ALIAS", "DUMMY", "EXAMPLE", "PLACEHOLDER", "PUBLISHABLE",
    ];

    /// <summary>
    /// Of what the last word says something about: ACCESS_LOG_FORMAT, TOKEN_TTL. LOG_TOKEN is a token.
    /// </summary>
    private static readonly HashSet<string> HarmlessEnds = new(StringComparer.Ordinal)
    {
        "LOG", "LOGS", "LOGFORMAT", "FORMAT", "TTL", "EXPIRY", "EXPIRES", "EXPIRATION", "LIFETIME", "TIMEOUT",
        "ALGORITHM", "VERSION", "PREFIX", "SUFFIX", "ENABLED", "DISABLED", "ENABLE", "DISABLE", "REQUIRED", "OPTIONAL",
        "DAYS", "HOURS", "MINUTES", "SECONDS", "AGE", "LEN", "MAX", "MIN", "COUNT", "LIMIT", "RETRIES", "ATTEMPTS",
        "INTERVAL", "PERIOD", "DURATION", "ROTATION", "ORIGIN", "ORIGINS", "HEADER", "HEADERS", "FIELD", "COLUMN",
        "PARAM", "PARAMETER", "PROVIDER", "ISSUER", "AUDIENCE", "SCOPE", "SCOPES", "METHOD", "METHODS", "MODE",
        "STRATEGY", "POLICY", "ENDPOINT", "URI", "PORT", "REGION", "BACKEND", "DRIVER", "ENCODING", "CHARSET",
        "PATTERN", "REGEX", "ALG", "BITS", "CURVE", "CIPHER", "ARN", "LABEL", "TITLE", "DESCRIPTION", "HINT",
        "THROUGH", "USER", "USERNAME", "ROLE", "CLASS", "MODULE", "SERVICE", "LOCATION", "FOLDER", "DIRECTORY",
        "EXTENSION", "SERVER", "HOSTNAME",
    };

    /// <summary>PARTITION_KEY=tenant: keys of tables, of caches, and those that everybody may have.</summary>
    private static readonly HashSet<string> PlainKeys = new(StringComparer.Ordinal)
    {
        "PARTITION", "SORT", "PRIMARY", "FOREIGN", "SHARD", "SHARDING", "RANGE", "ROUTING", "CACHE", "LOOKUP", "INDEX",
        "UNIQUE", "GROUP", "GROUPING", "ORDER", "SEARCH", "TRANSLATION", "MESSAGE", "SITE", "TRUSTED", "RELEASE",
        "VERIFY", "VERIFYING", "VERIFICATION", "PGP", "DEDUPLICATION", "IDEMPOTENCY", "JOIN", "MAP", "OBJECT",
        "DICTIONARY", "REGISTRY", "HOT", "SHORTCUT", "META",
    };

    /// <summary>ALLOW_EMPTY_PASSWORD=yes: a switch opens nothing.</summary>
    private static readonly string[] Switches =
    [
        "true", "false", "yes", "no", "on", "off", "0", "1", "none", "null", "enabled", "disabled", "enable", "disable",
        "required", "optional"
    ];

    public static bool IsSecret(string name)
    {
        var words = name.ToUpperInvariant().Split('_', '-', '.');
        if (words.Length == 1 && words[0] == "PWD" || words[0] == "OLDPWD" || words.Any(Harmless.Contains)
            || HarmlessEnds.Contains(words[^1]))
            return false;
        return words.Any(w => Words.Contains(w) || Endings.Any(e => w.EndsWith(e, StringComparison.Ordinal)))
            || (words.Length > 1 && (IsKey(words) || words[^1] == "ACCESS"));
    }

    public static bool IsSecret(string name, string value) => IsSecret(name) && IsValue(value);

    /// <summary>It says whose key is meant; the key is another one. AWS_ACCESS_KEY_ID.</summary>
    public static bool IsIdentifier(string name) => name.EndsWith("KEY_ID", StringComparison.OrdinalIgnoreCase);

    private static bool IsKey(string[] words)
    {
        for (var i = 0; i < words.Length; i++)
            if (words[i] == "KEY" && (i == 0 || !PlainKeys.Contains(words[i - 1])))
                return true;
        return false;
    }

    /// <summary>
    /// What is secret in a variable's value: the variable's own name, or words for what is a secret by its look.
    /// </summary>
    public static IEnumerable<string> InVariable(string name, string value) =>
        IsSecret(name, value) || Tokens.In(value) is [(0, var end)] && end == value.Length ? [name] : In(value);

    /// <summary>A variable's value, its mask where it is secret by the name.</summary>
    public static string HideValue(string name, string value) => IsSecret(name, value) ? Mask : Hide(value);

    /// <summary>
    /// Names in a history line that a secret's value follows, and words for what is a secret by its look.
    /// </summary>
    public static IEnumerable<string> In(string line) =>
        Assignments().Matches(line).Concat(OldForm().Matches(line)).Where(HoldsValue)
            .Select(m => m.Groups["name"].Value)
            .Concat(Literals().Matches(Named(line)).Where(m => IsValue(m.Groups["value"].Value)).Select(WordsFor))
            .Concat(Tokens.In(Shown(Named(line))).Select(_ => "an access token")).Distinct(StringComparer.Ordinal);

    /// <summary>A history line without the values.</summary>
    public static string Hide(string line) => Tokens.Hide(Shown(Named(line)), Mask);

    /// <summary>True for what <see cref="In"/> says in words: no variable has such a name.</summary>
    public static bool IsWords(string name) => name.Contains(' ', StringComparison.Ordinal);

    /// <summary>A variable of the config, <c>NAME=value</c>, without its value when that is a secret.</summary>
    public static string HideVariable(string variable)
    {
        var sign = variable.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && IsSecret(variable[..sign], variable[(sign + 1)..]) ? variable[..(sign + 1)] + Mask
            : Tokens.Hide(Shown(variable), Mask);
    }

    /// <summary>The name of a variable whose value was hidden, or null.</summary>
    public static string? Hidden(string variable) =>
        variable.EndsWith("=" + Mask, StringComparison.Ordinal) ? variable[..^(Mask.Length + 1)] : null;

    private static string Named(string line) =>
        OldForm().Replace(Assignments().Replace(line, WithoutValue), WithoutValue);

    private static string Shown(string line) => Literals().Replace(line, WithoutLiteral);

    private static string WithoutLiteral(Match match) =>
        IsValue(match.Groups["value"].Value) ? match.Groups["lead"].Value + Mask : match.Value;

    private static string WordsFor(Match match) =>
        match.Groups["url"].Success ? "a password in a URL"
        : match.Groups["header"].Success ? "an Authorization header"
        : "a registry login";

    private static string WithoutValue(Match match) =>
        HoldsValue(match) ? match.Groups["lead"].Value + match.Groups["name"].Value + match.Groups["sign"].Value + Mask
            : match.Value;

    private static bool HoldsValue(Match match) =>
        IsSecret(match.Groups["name"].Value) && IsValue(match.Groups["value"].Value);

    // $OTHER and a mounted file are no values.
    private static bool IsValue(string text) =>
        text.Trim('"', '\'') is { Length: > 0 } value && value[0] is not ('$' or '/') && value != Mask
        && !Switches.Contains(value, StringComparer.OrdinalIgnoreCase);

    // ENV API_TOKEN=abc A=1         |1 NPM_TOKEN=abc /bin/sh -c npm ci         RUN X_PASSWORD='a b' make --password=abc
    [GeneratedRegex(
        @"(?<lead>(?<![A-Za-z0-9_]))(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<sign>=)(?<value>""(?:[^""\\]|\\.)*""?|'[^']*'?"
            + @"|[^\s""']\S*)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Assignments();

    // https://me:word@host      -H "Authorization: Bearer x"      {"auths":{"ghcr.io":{"auth":"x"}}}      _auth=x
    // What may be tried at every place is bounded: a line may be long and is hostile.
    [GeneratedRegex(
        @"(?<lead>(?<url>\b[A-Za-z][A-Za-z0-9+.-]{0,15}://[^\s/:@'""$]{0,100}:))(?<value>[^\s/@'""]{1,300})(?=@)"
        + @"|(?<lead>(?<header>[Aa]uthorization:\s{0,4}(?:[Bb]earer|[Bb]asic|[Tt]oken)\s{1,4}))(?<value>[^\s'""]+)"
        + @"|(?<lead>(?<login>\\?""auth\\?""\s{0,4}:\s{0,4}\\?""|\b_auth\s{0,4}=\s{0,4}""?))"
        + @"(?<value>[A-Za-z0-9+/=_-]{8,})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Literals();

    // ENV API_TOKEN a b
    [GeneratedRegex(
        @"^(?<lead>\s*(?:/bin/sh -c #\(nop\)\s*)?ENV\s+)(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<sign>\s+)"
            + @"(?<value>[^\s=][^=]*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex OldForm();
}
