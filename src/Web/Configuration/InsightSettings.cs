using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Registry;
using Npgsql;

namespace ImageInsight.Web.Configuration;

/// <summary>
/// All settings, read and checked once at start. Keys are written as environment variables: Insight__Area__Name.
/// </summary>
public sealed class InsightSettings
{
    public required string DataDirectory { get; init; }

    public required string? Postgres { get; init; }

    public bool WebEnabled { get; init; }

    public bool WorkerEnabled { get; init; }

    /// <summary>Analyses at the same time in this process; each reads several layers at once.</summary>
    public int WorkerConcurrency { get; init; }

    /// <summary>Uploads and pushed blobs are read while they arrive, where the worker is in this process.</summary>
    public bool ReadOnArrival { get; init; }

    public string? AccessToken { get; init; }

    public required IReadOnlyList<string> AllowedHosts { get; init; }

    public long MaxUploadBytes { get; init; }

    public TimeSpan SpoolKeep { get; init; }

    public long SpoolBudgetBytes { get; init; }

    /// <summary>What is left free on the spool's disk; null: the spool chooses by its size.</summary>
    public long? MinFreeBytes { get; init; }

    /// <summary>After which Postgres ends the session of a worker that is frozen inside of a transaction.</summary>
    public TimeSpan MaxIdleTransaction { get; init; }

    public long CacheBytes { get; init; }

    public long LayerCacheBytes { get; init; }

    public TimeSpan Lease { get; init; }

    public required AnalysisOptions Limits { get; init; }

    public required RegistryOptions Registries { get; init; }

    /// <summary>How often watched references are looked through for one that is due.</summary>
    public TimeSpan WatchPoll { get; init; }

    /// <summary>For one look at one reference.</summary>
    public TimeSpan WatchTime { get; init; }

    public string SpoolDirectory => Path.Combine(DataDirectory, "spool");

    /// <summary>Keys that credentials and cookies are encrypted with; shared by all processes of one service.</summary>
    public required string KeysDirectory { get; init; }

    public string SqliteFile => Path.Combine(DataDirectory, "insight.db");

    /// <summary>For people and logs: never a password.</summary>
    public string DatabaseText => Postgres is null
        ? $"SQLite, {SqliteFile}"
        : new NpgsqlConnectionStringBuilder(Postgres) is var p ? $"Postgres, {p.Host}:{p.Port}/{p.Database}" : "";

    public static InsightSettings Read(IConfiguration configuration, string contentRoot)
    {
        var limits = new AnalysisOptions();
        Check("Insight__Limits", () => configuration.GetSection("Insight:Limits").Bind(limits));
        var data = Path.GetFullPath(configuration["Insight:DataDirectory"] ?? "data", contentRoot);
        var settings = new InsightSettings
        {
            DataDirectory = data,
            Postgres = configuration.GetConnectionString("Insight") is { Length: > 0 } p ? p : null,
            WebEnabled = Bool(configuration, "Insight:Web:Enabled", true),
            WorkerEnabled = Bool(configuration, "Insight:Worker:Enabled", true),
            WorkerConcurrency = (int)Number(configuration, "Insight:Worker:Concurrency", 1, 1, 64),
            ReadOnArrival = Bool(configuration, "Insight:Reading:OnArrival", true),
            AccessToken = configuration["Insight:AccessToken"] is { Length: > 0 } t ? t : null,
            AllowedHosts = List(configuration, "Insight:AllowedHosts"),
            MaxUploadBytes = Number(configuration, "Insight:Upload:MaxBytes", 64L << 30, 1, long.MaxValue),
            SpoolKeep = TimeSpan.FromHours(Number(configuration, "Insight:Spool:KeepHours", 24, 0, 24 * 3650)),
            SpoolBudgetBytes = Number(configuration, "Insight:Spool:BudgetBytes", 100L << 30, 0, long.MaxValue),
            MinFreeBytes = configuration["Insight:MinFreeBytes"] is { Length: > 0 }
                ? Number(configuration, "Insight:MinFreeBytes", 0, 0, long.MaxValue)
                : null,
            MaxIdleTransaction = TimeSpan.FromSeconds(
                Number(configuration, "Insight:Database:IdleTransactionSeconds", 60, 0, 24 * 3600)),
            CacheBytes = Number(configuration, "Insight:Cache:Bytes", 96L << 20, 0, long.MaxValue),
            LayerCacheBytes = Number(configuration, "Insight:Cache:LayerBytes", 32L << 20, 0, long.MaxValue),
            Lease = TimeSpan.FromSeconds(Number(configuration, "Insight:Worker:LeaseSeconds", 20, 3, 3600)),
            Limits = limits,
            Registries = RegistrySettings.Read(configuration),
            WatchPoll = TimeSpan.FromSeconds(Number(configuration, "Insight:Watch:PollSeconds", 30, 1, 3600)),
            WatchTime = TimeSpan.FromSeconds(Number(configuration, "Insight:Watch:LookSeconds", 120, 1, 3600)),
            KeysDirectory = Path.GetFullPath(
                configuration["Insight:KeysDirectory"] is { Length: > 0 } keys ? keys : Path.Combine(data, "keys"),
                contentRoot),
        };
        settings.Validate();
        return settings;
    }

    public void MakeFolders()
    {
        try
        {
            Directory.CreateDirectory(SpoolDirectory);
            Directory.CreateDirectory(KeysDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"Insight__DataDirectory: '{DataDirectory}' cannot be written to. {e.Message}");
        }
    }

    private void Validate()
    {
        if (!WebEnabled && !WorkerEnabled)
            throw new SettingException(
                "Insight__Web__Enabled and Insight__Worker__Enabled are both false; there is nothing to do.");
        if (AccessToken is { Length: < 16 })
            throw new SettingException("Insight__AccessToken has fewer than 16 characters; it would be guessed.");
        if (Postgres is not null)
            Check("ConnectionStrings__Insight", () => _ = new NpgsqlConnectionStringBuilder(Postgres));
        if (Limits.FirstBad() is { } bad)
            throw new SettingException($"Insight__Limits__{bad}.");
    }

    private static void Check(string key, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new SettingException($"{key} cannot be read: {e.Message}");
        }
    }

    private static bool Bool(IConfiguration configuration, string key, bool standard) =>
        configuration[key] is not { Length: > 0 } text ? standard
        : bool.TryParse(text, out var value) ? value
        : throw new SettingException($"{Env(key)} is '{text}'; it must be true or false.");

    internal static long Number(IConfiguration configuration, string key, long standard, long min, long max) =>
        configuration[key] is not { Length: > 0 } text ? standard
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min
            && value <= max ? value
        : throw new SettingException($"{Env(key)} is '{text}'; it must be a whole number from {min} to {max}.");

    /// <summary>Either one string, separated by commas or semicolons, or a list (Key__0, Key__1).</summary>
    internal static List<string> List(IConfiguration configuration, string key) =>
    [
        .. (Value(configuration, key)?.Split(
            [',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []),
        .. (key.Length == 0 ? configuration : configuration.GetSection(key)).GetChildren().Select(c => c.Value)
            .OfType<string>(),
    ];

    /// <summary>Of the section itself when the key is empty.</summary>
    private static string? Value(IConfiguration configuration, string key) =>
        key.Length == 0 ? (configuration as IConfigurationSection)?.Value : configuration[key];

    internal static string Env(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
