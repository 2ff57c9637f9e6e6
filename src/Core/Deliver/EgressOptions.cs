using System.Globalization;

namespace Nems.Core.Deliver;

/// <summary>Which addresses are exempt from the rules for receivers (https alone, public addresses alone). For development.</summary>
public sealed class EgressOptions
{
    public const string Section = "Nems:Egress";

    /// <summary><c>host:port</c> or <c>host:*</c>; an IPv6 address in brackets.</summary>
    public IList<string> AllowHosts { get; set; } = [];

    public bool IsAllowed(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        var port = address.Port.ToString(CultureInfo.InvariantCulture);
        foreach (var allowed in AllowHosts)
        {
            if (TrySplit(allowed, out var allowedHost, out var allowedPort)
                && allowedHost.Equals(host, StringComparison.OrdinalIgnoreCase)
                && (allowedPort is "*" || allowedPort.SequenceEqual(port)))
                return true;
        }

        return false;
    }

    internal static bool TrySplit(string entry, out ReadOnlySpan<char> host, out ReadOnlySpan<char> port)
    {
        var colon = entry.LastIndexOf(':');
        host = colon < 0 ? [] : entry.AsSpan(0, colon).TrimStart('[').TrimEnd(']');
        port = colon < 0 ? [] : entry.AsSpan(colon + 1);
        return !host.IsEmpty && (port is "*" || ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}
