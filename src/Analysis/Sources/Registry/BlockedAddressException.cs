namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>The host, or one of its addresses, leads inside.</summary>
internal sealed class BlockedAddressException(string host) : IOException(
    $"'{host}' has a private or loopback address, and ImageInsight does not connect to those.");
