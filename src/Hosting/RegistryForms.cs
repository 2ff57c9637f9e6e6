using System.Globalization;

namespace Nems.Hosting;

/// <summary>The forms that codes take in the registry: each gives the normal form of a good text, and null for a bad one.</summary>
internal static class RegistryForms
{
    public const string OfAsid = "an ASID: 1 to 20 digits";
    public const string OfOds = "an ODS code: 3 to 10 letters or digits";
    public const string OfMailbox = "a mailbox id: 3 to 30 letters or digits";
    public const string OfSha256 = "a SHA-256 in hexadecimal: 64 digits";
    public const string OfHost = "a host, or host and port, in lower case: no scheme, no path";

    public static string? Asid(string text) => text.Length is >= 1 and <= 20 && text.All(char.IsAsciiDigit) ? text : null;

    public static string? Ods(string text) => UpperWord(text, 3, 10);

    public static string? Mailbox(string text) => UpperWord(text, 3, 30);

    public static string? WorkflowId(string text) =>
        text.Length is >= 1 and <= 300 && text.All(letter => letter is > ' ' and < '\x7f') ? text : null;

    public static string? Role(string text) =>
        text.Length is >= 1 and <= 32 && text.All(letter => char.IsAsciiLetterLower(letter) || letter is '-' or '*') ? text : null;

    /// <summary>Upper case; colons between the bytes are left out.</summary>
    public static string? Sha256(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }

    public static string? WebhookHost(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? text : text[..colon];
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4) || !host.All(char.IsAscii) || host.EndsWith('.')) return null;
        if (colon < 0) return host.ToLowerInvariant();

        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? string.Create(CultureInfo.InvariantCulture, $"{host.ToLowerInvariant()}:{port}")
            : null;
    }

    private static string? UpperWord(string text, int shortest, int longest) =>
        text.Length >= shortest && text.Length <= longest && text.All(char.IsAsciiLetterOrDigit) ? text.ToUpperInvariant() : null;
}
