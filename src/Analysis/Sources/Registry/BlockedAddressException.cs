namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>The host, or one of its addresses, leads inside.</summary>
internal sealed class BlockedAddressException(string host) : IOException(
    $"'{host}' has an address inside a private network, and those are not connected to unless they are allowed.");
