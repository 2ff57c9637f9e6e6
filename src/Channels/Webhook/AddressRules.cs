using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Nems.Channels.Webhook;

/// <summary>Which addresses are the public internet, and therefore may be dialled. Pure.</summary>
internal static class AddressRules
{
    private static readonly (uint Prefix, int Length)[] RefusedV4 =
    [
        V4("0.0.0.0", 8), V4("10.0.0.0", 8), V4("100.64.0.0", 10), V4("127.0.0.0", 8), V4("169.254.0.0", 16),
        V4("172.16.0.0", 12), V4("192.0.0.0", 24), V4("192.0.2.0", 24), V4("192.88.99.0", 24), V4("192.168.0.0", 16),
        V4("198.18.0.0", 15), V4("198.51.100.0", 24), V4("203.0.113.0", 24), V4("224.0.0.0", 4), V4("240.0.0.0", 4),
        V4("168.63.129.16", 32), // looks public, but answers for the platform inside Azure
    ];

    /// <summary>
    /// Only 2000::/3 is given out. All else is refused by being outside: ::, ::1, v4-compatible, fe80::/10, fec0::/10, fc00::/7
    /// (and so fd00:ec2::254), ff00::/8, NAT64 64:ff9b::/96 and 64:ff9b:1::/48, 100::/64, 5f00::/16.
    /// </summary>
    private static readonly (UInt128 Prefix, int Length) GlobalV6 = V6("2000::", 3);

    // 2001::/23 holds Teredo, 2002::/16 is 6to4: what wraps an IPv4 address is refused whole, whatever is inside.
    private static readonly (UInt128 Prefix, int Length)[] RefusedV6 =
        [V6("2001::", 23), V6("2001:db8::", 32), V6("2002::", 16), V6("3fff::", 20)];

    public static bool IsPublic(IPAddress address)
    {
        // The mapped form is the IPv4 address itself: the socket would dial that, so that is what is judged.
        if (address.IsIPv4MappedToIPv6) return IsPublicV4(address.MapToIPv4());

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => IsPublicV4(address),
            AddressFamily.InterNetworkV6 => address.ScopeId == 0 && IsPublicV6(Value(address)),
            _ => false,
        };
    }

    private static bool IsPublicV4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        var value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        foreach (var (prefix, length) in RefusedV4)
        {
            if ((value ^ prefix) >> (32 - length) == 0) return false;
        }

        return true;
    }

    private static bool IsPublicV6(UInt128 value)
    {
        if (!IsWithin(value, GlobalV6)) return false;
        foreach (var range in RefusedV6)
        {
            if (IsWithin(value, range)) return false;
        }

        return true;
    }

    private static bool IsWithin(UInt128 value, (UInt128 Prefix, int Length) range) => (value ^ range.Prefix) >> (128 - range.Length) == UInt128.Zero;

    private static UInt128 Value(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static (uint Prefix, int Length) V4(string prefix, int length) =>
        (BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(prefix).GetAddressBytes()), length);

    private static (UInt128 Prefix, int Length) V6(string prefix, int length) => (Value(IPAddress.Parse(prefix)), length);
}
