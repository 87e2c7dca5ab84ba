using ImageInsight.Data;

namespace ImageInsight.Web.Viewing;

/// <summary>
/// What a page was drawn from on the server, kept for the circuit that takes it over a moment later: it begins with the
/// same, and what the person reads already does not go away and come back.
/// </summary>
public sealed class Handover(TimeProvider time)
{
    /// <summary>Some ten pages of usual images; who opens more at once reads anew.</summary>
    private const long Budget = 64L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ByteCache<object, Kept> kept = new(Budget, k => k.Bytes, Patience, time);

    /// <param name="key">Equal only for what the same people may see.</param>
    /// <param name="bytes">About, with what it keeps other caches from letting go.</param>
    public void Keep(object key, object value, long bytes) => kept.Keep(key, new Kept(value, bytes));

    /// <summary>Once: whoever comes later reads anew, and is asked anew whether the grant still holds.</summary>
    public T? Take<T>(object key)
        where T : class => (T?)kept.Take(key)?.Value;

    /// <summary>Lets go of what nobody came for, and of the oldest until the rest is within some bytes.</summary>
    public void Trim(long most) => kept.Trim(most);

    private sealed record Kept(object Value, long Bytes);
}
