using System.Net;
using Nems.Channels.Webhook;

namespace Nems.Channels.Tests.Webhook;

public sealed class AddressRulesTests
{
    /// <summary>Every refused IPv4 range: its first and last address, and its public neighbours where it has any.</summary>
    public static TheoryData<string, string, string?, string?> RangesV4 => new()
    {
        { "0.0.0.0", "0.255.255.255", null, "1.0.0.0" },
        { "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0" },
        { "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0" },
        { "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0" },
        { "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0" },
        { "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0" },
        { "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0" },
        { "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0" },
        { "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0" },
        { "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0" },
        { "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0" },
        { "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0" },
        { "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0" },
        { "224.0.0.0", "239.255.255.255", "223.255.255.255", null },
        { "240.0.0.0", "255.255.255.255", null, null },
        { "168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17" },
    };

    /// <summary>The same for IPv6; a neighbour that is refused for another reason is left out.</summary>
    public static TheoryData<string, string, string?, string?> RangesV6 => new()
    {
        { "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, "2000::" },
        { "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
        { "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
        { "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null },
        { "::1", "::1", null, null },
        { "64:ff9b::", "64:ff9b::ffff:ffff", null, null },
        { "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", null, null },
        { "100::", "100::ffff:ffff:ffff:ffff", null, null },
        { "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "fd00:ec2::254", "fd00:ec2::254", null, null },
        { "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
    };

    [Theory]
    [MemberData(nameof(RangesV4))]
    [MemberData(nameof(RangesV6))]
    public void A_range_is_refused_to_its_edges_and_not_beyond(string first, string last, string? before, string? after)
    {
        Assert.False(AddressRules.IsPublic(IPAddress.Parse(first)));
        Assert.False(AddressRules.IsPublic(IPAddress.Parse(last)));
        Assert.True(before is null || AddressRules.IsPublic(IPAddress.Parse(before)));
        Assert.True(after is null || AddressRules.IsPublic(IPAddress.Parse(after)));
    }

    [Theory]
    [MemberData(nameof(RangesV4))]
    public void A_refused_IPv4_address_is_refused_in_every_wrapping(string first, string last, string? before, string? after)
    {
        Assert.All([first, last], inner => Assert.All(Wrapped(inner), form => Assert.False(AddressRules.IsPublic(form), form.ToString())));

        // The mapped form is the address itself, and so as public as that.
        Assert.All(new[] { before, after }.OfType<string>(), outer => Assert.True(AddressRules.IsPublic(IPAddress.Parse(outer).MapToIPv6())));
    }

    [Fact]
    public void What_wraps_a_public_IPv4_address_is_refused_too_but_for_the_mapped_form()
    {
        var forms = Wrapped("8.8.8.8");

        Assert.Equal([true, false, false, false, false, false], forms.Select(AddressRules.IsPublic));
    }

    [Theory]
    [InlineData("fe80::1%1")]
    [InlineData("2a00:1450::1%3")]
    public void A_zone_is_refused(string address) => Assert.False(AddressRules.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("2a00:1450:4009:81f::200e")]
    [InlineData("2606:4700:4700::1111")]
    public void Public_addresses_are_public(string address) => Assert.True(AddressRules.IsPublic(IPAddress.Parse(address)));

    /// <summary>Mapped, compatible, NAT64 (well-known and local), 6to4, Teredo (which turns the client's bits round).</summary>
    private static IPAddress[] Wrapped(string inner)
    {
        var b = IPAddress.Parse(inner).GetAddressBytes();
        var (high, low) = ($"{b[0]:x2}{b[1]:x2}", $"{b[2]:x2}{b[3]:x2}");
        var (highTurned, lowTurned) = ($"{b[0] ^ 255:x2}{b[1] ^ 255:x2}", $"{b[2] ^ 255:x2}{b[3] ^ 255:x2}");
        return
        [
            IPAddress.Parse($"::ffff:{high}:{low}"),
            IPAddress.Parse($"::{high}:{low}"),
            IPAddress.Parse($"64:ff9b::{high}:{low}"),
            IPAddress.Parse($"64:ff9b:1::{high}:{low}"),
            IPAddress.Parse($"2002:{high}:{low}::1"),
            IPAddress.Parse($"2001:0:4136:e378:8000:63bf:{highTurned}:{lowTurned}"),
        ];
    }
}
