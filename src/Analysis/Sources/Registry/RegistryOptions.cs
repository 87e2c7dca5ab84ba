namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>How registries are spoken to; what is not listed here is https to public addresses.</summary>
public sealed class RegistryOptions
{
    /// <summary>May be reached although its address is private.</summary>
    public HostList Allow { get; set; } = new([]);

    /// <summary>Spoken to in plain http. Never tried otherwise.</summary>
    public HostList Insecure { get; set; } = new([]);

    /// <summary>
    /// Registry to the host that is asked first, without credentials; what that one lacks the registry itself is asked
    /// for.
    /// </summary>
    public IReadOnlyDictionary<string, string> Mirrors { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// Hosts that may be given credentials for a token although they are no relatives of the registry.
    /// </summary>
    public HostList TokenHosts { get; set; } = new([]);

    /// <summary>Tries after the first, of a request or of a blob that broke off.</summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Before the first retry; doubled for each further one.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A registry that asks for a longer wait is told no.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For an answer to begin.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For the next bytes of an answer that has begun.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Below this for a whole <see cref="StallTimeout"/>, a blob is given up: it would hold a worker for days.
    /// </summary>
    public int MinBytesPerSecond { get; set; } = 1024;

    /// <summary>Docker stops at 10.</summary>
    public int MaxRedirects { get; set; } = 10;

    public int MaxTokenBytes { get; set; } = 1 << 20;
}
