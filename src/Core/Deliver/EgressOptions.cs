namespace Nems.Core.Deliver;

/// <summary>Which targets are exempt from the address and https rules of the egress guard. Empty but in development.</summary>
public sealed class EgressOptions
{
    public const string Section = "Nems:Egress";

    /// <summary>Entries <c>host:port</c> or <c>host:*</c>; the host as a name or an address, IPv6 in brackets.</summary>
    public IList<string> AllowHosts { get; set; } = [];

    public bool IsAllowed(Uri uri)
    {
        foreach (var entry in AllowHosts)
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0) continue;
            var host = entry.AsSpan(0, colon).Trim("[]");
            var port = entry.AsSpan(colon + 1);
            if (!host.Equals(uri.IdnHost, StringComparison.OrdinalIgnoreCase)) continue;
            if (port is "*" || (ushort.TryParse(port, out var number) && number == uri.Port)) return true;
        }

        return false;
    }
}
