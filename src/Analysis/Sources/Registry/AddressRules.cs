using System.Net;
using System.Net.Sockets;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>Addresses that lead inside: never connected to unless an operator lists them.</summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] Blocked =
    [
        .. new[]
        {
            // IANA's special-purpose registries (RFC 6890), and what clouds put on public-looking addresses.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
            // Loopback and unspecified are in ::/96; v4 inside v6 (NAT64, Teredo, 6to4) would get around the list
            // above.
            "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32",
            "2001:2::/48", "2001:10::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>Networks look at the v4 address in a mapped one; no honest name resolves to one at all.</summary>
    public static bool IsBlocked(IPAddress address) =>
        address.IsIPv4MappedToIPv6 || IsIsatap(address) || Array.Exists(Blocked, n => n.Contains(address));

    /// <summary>v4 inside v6 again, under any prefix (RFC 5214 §6.1): ...:0:5efe:10.0.0.1, or 200:5efe.</summary>
    private static bool IsIsatap(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        && address.GetAddressBytes().AsSpan(8, 4) is [0 or 2, 0, 0x5e, 0xfe];
}
