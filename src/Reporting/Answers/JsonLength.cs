using System.Buffers;

namespace ImageInsight.Reporting.Answers;

/// <summary>
/// What a text takes in a JSON answer: a name may be made of characters that are written as six each.
/// </summary>
public static class JsonLength
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    public static int Measure(string? text)
    {
        var length = 0;
        foreach (var c in text ?? "")
            length += Plain.Contains(c) ? 1 : 6;
        return length;
    }
}
