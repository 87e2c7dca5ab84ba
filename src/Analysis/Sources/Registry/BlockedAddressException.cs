namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>The host, or one of its addresses, leads inside.</summary>
internal sealed class BlockedAddressException(string host) : IOException(
    $"'{host}' has an address inside a private network, which this service does not connect to. Its operator can allow it: Insight__Outbound__Allow.");
