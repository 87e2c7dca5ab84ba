using System.Text;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// A challenge of a WWW-Authenticate header (RFC 9110, 11.6.1). Scheme and parameter names are lower-cased.
/// </summary>
internal sealed record AuthChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>All challenges of one header line; throws <see cref="FormatException"/> when it is malformed.</summary>
    public static IReadOnlyList<AuthChallenge> Parse(string header) => new Parser(header).Read();

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    private sealed class Parser(string text)
    {
        private int at;

        private bool AtEnd => at == text.Length;

        public List<AuthChallenge> Read()
        {
            var challenges = new List<AuthChallenge>();
            SkipSeparators();
            while (!AtEnd)
            {
                challenges.Add(ReadChallenge());
                SkipSeparators();
            }

            return challenges;
        }

        private AuthChallenge ReadChallenge()
        {
            var scheme = ReadWord().ToLowerInvariant();
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            SkipSpace();
            while (!AtEnd && text[at] != ',')
            {
                var start = at;
                var name = ReadWord();
                SkipSpace();
                if (!IsAt('=') || (at + 1 < text.Length && text[at + 1] == '='))
                {
                    // A single token in the place of parameters, as Negotiate has.
                    SkipToken68(start);
                    break;
                }

                at++;
                SkipSpace();
                parameters[name.ToLowerInvariant()] = IsAt('"') ? ReadQuoted() : ReadValue();
                SkipSpace();
                if (!AtEnd && text[at] != ',')
                    throw Malformed();
                if (!NextIsParameter())
                    break;
            }

            return new AuthChallenge(scheme, parameters);
        }

        /// <summary>
        /// After a comma: another parameter (word, '='), or the next challenge. Stands on the parameter then.
        /// </summary>
        private bool NextIsParameter()
        {
            var back = at;
            SkipSeparators();
            var start = at;
            if (!AtEnd && (IsAt('"') || IsTokenChar(text[at])))
            {
                ReadWord();
                SkipSpace();
                if (IsAt('='))
                {
                    at = start;
                    return true;
                }
            }

            at = back;
            return false;
        }

        private void SkipToken68(int start)
        {
            at = start;
            while (!AtEnd && text[at] is not (' ' or '\t' or ','))
                at++;
            SkipSpace();
            if (!AtEnd && text[at] != ',')
                throw Malformed();
        }

        private string ReadWord()
        {
            if (IsAt('"'))
                return ReadQuoted();
            var start = at;
            while (!AtEnd && IsTokenChar(text[at]))
                at++;
            return at > start ? text[start..at] : throw Malformed();
        }

        /// <summary>Registries leave quotes out around what is no token, such as a path.</summary>
        private string ReadValue()
        {
            var start = at;
            while (!AtEnd && text[at] is not (' ' or '\t' or ',' or '"'))
                at++;
            return at > start ? text[start..at] : throw Malformed();
        }

        private string ReadQuoted()
        {
            var value = new StringBuilder();
            for (at++; !AtEnd && text[at] != '"'; at++)
            {
                if (text[at] == '\\' && ++at == text.Length)
                    break;
                value.Append(text[at]);
            }

            if (AtEnd)
                throw Malformed();
            at++;
            return value.ToString();
        }

        private bool IsAt(char c) => !AtEnd && text[at] == c;

        private void SkipSpace()
        {
            while (!AtEnd && text[at] is ' ' or '\t')
                at++;
        }

        private void SkipSeparators()
        {
            while (!AtEnd && text[at] is ' ' or '\t' or ',')
                at++;
        }

        private static bool IsTokenChar(char c) =>
            char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

        private FormatException Malformed() =>
            new($"The WWW-Authenticate header is malformed at its character {at + 1}.");
    }
}
