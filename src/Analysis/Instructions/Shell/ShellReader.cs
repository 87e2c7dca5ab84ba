using System.Text;

namespace ImageInsight.Analysis.Instructions.Shell;

/// <summary>
/// Splits one line of POSIX shell into its commands. Knows quotes, expansions, subshells, loops and conditions well
/// enough to leave them whole; where it is not sure (case, here-documents, comments, background jobs, several lines) it
/// says so by null. One pass; a history line is at most 16 KiB long.
/// </summary>
internal sealed class ShellReader
{
    private static readonly string[] Opening = ["for", "while", "until", "if", "{", "select"];
    private static readonly string[] Closing = ["done", "fi", "}"];

    /// <summary>A command begins after these.</summary>
    private static readonly string[] Leading = ["do", "then", "else", "elif", "if", "while", "until", "{", "!", "time"];

    private static readonly string[] Unsure = ["case", "function", "[[", "coproc"];

    private readonly string text;
    private readonly List<ShellCommand> commands = [];
    private readonly List<ShellWord> words = [];
    private readonly StringBuilder command = new();
    private readonly StringBuilder raw = new();
    private readonly StringBuilder value = new();
    private int at;
    private int depth;
    private int subshells;
    private bool certain = true;
    private bool inWord;
    private bool starts = true;
    private bool compound;
    private bool pipe;

    private ShellReader(string text) => this.text = text;

    public static IReadOnlyList<ShellCommand>? Read(string text) => new ShellReader(text.Trim()).Read();

    private List<ShellCommand>? Read()
    {
        while (at < text.Length)
            if (!Step())
                return null;
        if (!EndWord() || depth != 0 || subshells != 0 || !EndCommand(""))
            return null;
        // A list that ends with an operator is cut off.
        return commands.Count == 0 || commands[^1].Operator is "&&" or "||" ? null : commands;
    }

    private bool Step()
    {
        var c = text[at];
        switch (c)
        {
            case '\n' or '\r' or '\0' or '…':
                return false;
            case ' ' or '\t':
                at++;
                return EndWord();
            case '#' when !inWord:
                return false;
            case '\'' or '"' or '\\' or '$' or '`':
                return Quoted(c);
            case '(' when inWord:
                // name() { … }
                return false;
            case '(':
                subshells++;
                compound = true;
                return Symbol("(", starting: true);
            case ')':
                if (!EndWord() || --subshells < 0)
                    return false;
                return Symbol(")", starting: false);
            case ';':
                return Peek(1) != ';' && EndWord() && Separate(";");
            case '&' when Peek(1) == '&':
                return EndWord() && Separate("&&");
            case '&':
                // 2>&1 and &> are redirections, anything else runs in the background.
                if (!(inWord && raw[^1] is '>' or '<') && Peek(1) != '>')
                    return false;
                return Plain(c, known: false);
            case '|' when Peek(1) == '|':
                return EndWord() && Separate("||");
            case '|':
                pipe = true;
                return EndWord() && Symbol("|", starting: true);
            case '<' when Peek(1) == '<':
                return false;
            case '<' or '>' or '*' or '?' or '[' or '~':
                return Plain(c, known: false);
            default:
                return Plain(c, known: true);
        }
    }

    private char Peek(int by) => at + by < text.Length ? text[at + by] : '\0';

    private bool Plain(char c, bool known)
    {
        inWord = true;
        certain &= known;
        raw.Append(c);
        value.Append(c);
        at++;
        return true;
    }

    private bool Quoted(char kind)
    {
        inWord = true;
        var end = kind switch
        {
            '\'' => text.IndexOf('\'', at + 1),
            '\\' => at + 1 < text.Length && text[at + 1] is not ('\n' or '\r') ? at + 1 : -1,
            '"' => EndOfString(at),
            '`' => text.IndexOf('`', at + 1),
            _ => EndOfExpansion(at),
        };
        if (end < 0)
            return false;
        var part = text[at..(end + 1)];
        // More than one line stays as it is.
        if (part.AsSpan().IndexOfAny('\n', '\r') >= 0)
            return false;
        raw.Append(part);
        if (kind == '\'')
            value.Append(part, 1, part.Length - 2);
        else if (kind == '\\')
            value.Append(part, 1, 1);
        else if (kind == '"' && part.AsSpan().IndexOfAny('$', '`', '\\') < 0)
            value.Append(part, 1, part.Length - 2);
        else if (!(kind == '$' && part.Length == 1))
            certain = false;
        else
            value.Append('$');
        at = end + 1;
        return true;
    }

    private int EndOfString(int start)
    {
        for (var i = start + 1; i < text.Length; i++)
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    return i;
                case '$' when i + 1 < text.Length && text[i + 1] is '(' or '{':
                    i = EndOfExpansion(i);
                    if (i < 0)
                        return -1;
                    break;
            }

        return -1;
    }

    /// <summary>
    /// The last character of what a dollar begins; quotes inside are passed over, a case inside is not understood.
    /// </summary>
    private int EndOfExpansion(int start)
    {
        var i = start + 1;
        if (i >= text.Length || text[i] is not ('(' or '{'))
        {
            // $NAME, $1, $?; a lone dollar is itself. $'…' has rules of its own.
            if (i < text.Length && text[i] is '\'' or '"')
                return -1;
            if (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
            {
                while (i + 1 < text.Length && (char.IsAsciiLetterOrDigit(text[i + 1]) || text[i + 1] == '_'))
                    i++;
                return i;
            }

            return i < text.Length && text[i] is '?' or '#' or '@' or '*' or '$' or '!' or '-' ? i : start;
        }

        var open = 0;
        for (; i < text.Length; i++)
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '\'':
                    i = text.IndexOf('\'', i + 1);
                    if (i < 0)
                        return -1;
                    break;
                case '(' or '{':
                    open++;
                    break;
                case ')' or '}' when --open == 0:
                    return i;
            }

        return -1;
    }

    private bool Symbol(string symbol, bool starting)
    {
        words.Add(new ShellWord(symbol, null));
        Write(symbol);
        starts = starting;
        at++;
        return true;
    }

    private bool EndWord()
    {
        if (!inWord)
            return true;
        var word = raw.ToString();
        if (starts)
        {
            if (Unsure.Contains(word))
                return false;
            if (Opening.Contains(word))
            {
                depth++;
                compound = true;
            }
            else if (Closing.Contains(word) && --depth < 0)
            {
                return false;
            }

            starts = Leading.Contains(word) || ShellCommand.IsAssignment(word);
        }

        words.Add(new ShellWord(word, certain ? value.ToString() : null));
        Write(word);
        raw.Clear();
        value.Clear();
        (inWord, certain) = (false, true);
        return true;
    }

    private void Write(string word)
    {
        if (command.Length > 0)
            command.Append(' ');
        command.Append(word);
    }

    private bool Separate(string symbol)
    {
        at += symbol.Length;
        starts = true;
        if (depth == 0 && subshells == 0)
            return EndCommand(symbol);
        if (symbol == ";" && command.Length > 0)
            command.Append(';');
        else
            Write(symbol);
        return true;
    }

    private bool EndCommand(string symbol)
    {
        if (command.Length == 0)
            // "a; " ends a list; "&& &&" is no shell.
            return symbol.Length == 0 && commands.Count > 0;
        commands.Add(new ShellCommand(command.ToString(), compound ? [] : [.. words], pipe, symbol));
        command.Clear();
        words.Clear();
        (compound, pipe) = (false, false);
        return true;
    }
}
