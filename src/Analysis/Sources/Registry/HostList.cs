using System.Net;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// Hosts and address ranges as an operator lists them: <c>registry.corp</c>, <c>registry.corp:5000</c>,
/// <c>*.corp.example</c>, <c>10.1.2.3</c>, <c>10.0.0.0/8</c>, <c>[::1]:5000</c>.
/// </summary>
public sealed class HostList
{
    private readonly List<IPNetwork> networks = [];
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    public HostList(IEnumerable<string> entries)
    {
        foreach (var entry in entries)
            if (IPNetwork.TryParse(entry, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(entry, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (entry.Contains('/', StringComparison.Ordinal) || entry.Any(char.IsWhiteSpace))
                throw new FormatException($"'{entry}' is neither a host nor a range of addresses like 10.0.0.0/8.");
            else
                names.Add(entry);
    }

    /// <summary>By its name, with the port or without.</summary>
    public bool ContainsName(string host, int port)
    {
        host = host.Trim('[', ']');
        return names.Contains(host) || names.Contains($"{host}:{port}") || names.Contains($"[{host}]:{port}")
            || names.Any(n => Covers(n, host));
    }

    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return networks.Exists(n => n.Contains(address));
    }

    /// <summary>By its name, or as an address in one of the ranges.</summary>
    public bool Contains(string host, int port) =>
        ContainsName(host, port) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && Contains(address));

    private static bool Covers(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal)
        && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase);
}
