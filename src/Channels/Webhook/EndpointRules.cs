using System.Buffers;
using System.Globalization;

namespace Nems.Channels.Webhook;

/// <summary>Which endpoint texts may be a target at all, before any name is resolved. Pure.</summary>
internal static class EndpointRules
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly HashSet<string> MetadataNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "metadata.goog", "metadata.azure.com", "metadata.tencentyun.com", "instance-data.ec2.amazonaws.com",
    };

    private static readonly string[] InnerSuffixes = [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".arpa"];

    /// <summary>False for what is no plain absolute address: user-info, fragment, control characters, odd spellings of an address, zone ids.</summary>
    public static bool TryRead(string endpoint, out Uri uri)
    {
        uri = null!; // as any Try method: not to be used after false
        if (endpoint.Any(IsUnseen)) return false;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var read) || (read.Scheme != Uri.UriSchemeHttps && read.Scheme != Uri.UriSchemeHttp)) return false;
        if (read.UserInfo.Length > 0 || endpoint.Contains('#') || read.Port is <= 0) return false;
        if (!IsPlainHost(read, Authority(endpoint))) return false;

        uri = read;
        return true;
    }

    /// <summary>Names that mean an inner host wherever they are asked: metadata services, single labels, special-use domains.</summary>
    public static bool IsInnerName(string host)
    {
        var name = host.AsSpan().TrimEnd('.');
        if (!name.Contains('.')) return true;
        foreach (var suffix in InnerSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return MetadataNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
    }

    private static bool IsUnseen(char character) =>
        character == '\\' || char.IsControl(character) || char.IsWhiteSpace(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;

    private static bool IsPlainHost(Uri uri, ReadOnlySpan<char> authority)
    {
        switch (uri.HostNameType)
        {
            case UriHostNameType.IPv6:
                return !authority.Contains('%');
            case UriHostNameType.IPv4:
                // Uri reads 0x7f.1, 2130706433 and 127.1 as 127.0.0.1; only the plain spelling is taken.
                return authority.StartsWith(uri.Host) && (authority.Length == uri.Host.Length || authority[uri.Host.Length] == ':');
            case UriHostNameType.Dns:
                var name = uri.IdnHost.AsSpan().TrimEnd('.');
                return name.Length is > 0 and <= 253 && !name.ContainsAnyExcept(HostCharacters) && !EndsInNumber(name) && !authority.Contains('%');
            default:
                return false;
        }
    }

    /// <summary>What ends in a number would be read as an address by the system's resolver, whatever it looks like.</summary>
    private static bool EndsInNumber(ReadOnlySpan<char> name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        if (!last.ContainsAnyExceptInRange('0', '9')) return true;
        return last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && !last[2..].ContainsAnyExcept(HexDigits);
    }

    private static ReadOnlySpan<char> Authority(string endpoint)
    {
        var rest = endpoint.AsSpan(endpoint.IndexOf("://", StringComparison.Ordinal) + 3);
        var end = rest.IndexOfAny('/', '?');
        return end < 0 ? rest : rest[..end];
    }
}
