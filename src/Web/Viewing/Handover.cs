namespace ImageInsight.Web.Viewing;

/// <summary>
/// What a page was drawn from on the server, kept for the circuit that takes it over a moment later: it begins with the same, and what
/// the person reads already does not go away and come back.
/// </summary>
public sealed class Handover(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<object, (object Value, DateTimeOffset At)> kept = [];

    /// <param name="key">Equal only for what the same people may see.</param>
    public void Keep(object key, object value)
    {
        lock (gate)
        {
            foreach (var late in kept.Where(k => IsLate(k.Value.At)).Select(k => k.Key).ToList())
                kept.Remove(late);
            kept[key] = (value, time.GetUtcNow());
        }
    }

    /// <summary>Once: whoever comes later reads anew, and is asked anew whether the grant still holds.</summary>
    public T? Take<T>(object key)
        where T : class
    {
        lock (gate)
            return kept.Remove(key, out var found) && !IsLate(found.At) ? (T)found.Value : null;
    }

    private bool IsLate(DateTimeOffset at) => time.GetUtcNow() - at > Patience;
}
