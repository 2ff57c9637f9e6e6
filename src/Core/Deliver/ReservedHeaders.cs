using System.Buffers;

namespace Nems.Core.Deliver;

/// <summary>
/// The header names that a subscriber may not choose: they frame the message, carry credentials or traces of ours, or are set by
/// the service. The one list: what is accepted when subscribing is what is sent.
/// </summary>
public static class ReservedHeaders
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "connection", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "expect", "date", "cookie", "accept-encoding",
        "traceparent", "tracestate", "baggage", "request-id", "correlation-context", "http2-settings",
    };

    private static readonly string[] Prefixes = ["webhook-", "content-", "nems-", "proxy-"];

    /// <summary>Whether it is a header name at all: a token (RFC 9110, 5.6.2).</summary>
    public static bool IsToken(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a subscriber may not choose it.</summary>
    public static bool IsReserved(string name)
    {
        if (Names.Contains(name)) return true;
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
