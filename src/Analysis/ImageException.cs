namespace ImageInsight.Analysis;

/// <summary>
/// The image itself or the registry is at fault: what was given is damaged, contradictory, unsupported or beyond a cap,
/// or the registry does not give it, after all retries. I/O errors of this service and cancellation are never turned
/// into it.
/// </summary>
/// <param name="code">Stable, kebab-case, for programs; see <see cref="ImageErrors"/>.</param>
/// <param name="detail">For people: what is wrong, where, and what to do.</param>
public sealed class ImageException(string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public string Code { get; } = code;

    /// <summary>
    /// The option that would let it pass: a property of <see cref="AnalysisOptions"/> or of <see
    /// cref="Sources.Registry.RegistryOptions"/>.
    /// Null for none. Whoever shows the message says how the option is set there.
    /// </summary>
    public string? Option { get; init; }
}
