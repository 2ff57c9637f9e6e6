using Nems.Core.Deliver;
using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>
/// The lines of <c>channel.header</c>, judged: those that are sent, and the two that speak to this service and are taken out
/// (<c>webhook-secret</c>, <c>webhook-signature-scheme</c>). Secret: never logged, never echoed.
/// </summary>
internal sealed record HeaderLines(IReadOnlyList<string> Sent, byte[]? Secret, bool SignAsymmetrically, IReadOnlyList<Problem> Problems)
{
    private const int MaxLines = 10;
    private const int MaxTotal = 4_096;
    private const string SecretName = "webhook-secret";
    private const string SchemeName = "webhook-signature-scheme";

    internal static HeaderLines Read(IEnumerable<string?> lines)
    {
        var sent = new List<string>();
        var problems = new List<Problem>();
        byte[]? secret = null;
        string? scheme = null;
        var index = -1;
        foreach (var line in lines)
        {
            var location = $"Subscription.channel.header[{++index}]";
            var (name, value) = Split(line ?? "");
            var fault = FaultOf(name, value);
            if (fault is null && name.Equals(SecretName, StringComparison.OrdinalIgnoreCase))
                fault = TakeSecret(value, ref secret);
            else if (fault is null && name.Equals(SchemeName, StringComparison.OrdinalIgnoreCase))
                fault = TakeScheme(value, ref scheme);
            else if (fault is null && ReservedHeaders.IsReserved(name))
                fault = "This header is set by the service and cannot be chosen.";
            else if (fault is null)
                sent.Add($"{name}: {value}");

            if (fault is not null) problems.Add(new Problem(SpineCode.InvalidResource, fault, location));
        }

        if (sent.Count > MaxLines)
            problems.Add(new Problem(SpineCode.InvalidResource, $"There are more than {MaxLines} header lines.", "Subscription.channel.header"));
        if (sent.Sum(line => line.Length) > MaxTotal)
            problems.Add(new Problem(SpineCode.InvalidResource, $"The header lines are longer than {MaxTotal} characters together.", "Subscription.channel.header"));
        return new HeaderLines(sent, secret, scheme == "v1 v1a", problems);
    }

    /// <summary>The line with its value hidden; what is no line is hidden whole.</summary>
    internal static string Mask(string line) => Split(line).Name is var name && ReservedHeaders.IsToken(name) ? $"{name}: ***" : "***";

    public override string ToString() => "(header lines)";

    private static (string Name, string Value) Split(string line)
    {
        var colon = line.IndexOf(':');
        return colon < 0 ? ("", "") : (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }

    private static string? FaultOf(string name, string value)
    {
        if (!ReservedHeaders.IsToken(name)) return "A header line is of the form Name: value, and the name is a token.";
        if (value.Length == 0) return "A header line needs a value.";
        return value.All(character => character is >= ' ' and <= '~' or '\t') ? null : "A header value holds visible ASCII characters, blanks and tabs alone.";
    }

    private static string? TakeSecret(string value, ref byte[]? secret)
    {
        if (secret is not null) return "There is more than one webhook-secret.";
        var bytes = new byte[64];
        if (!value.StartsWith("whsec_", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(value[6..], bytes, out var length) || length < 24)
            return "webhook-secret is whsec_ and the base64 of 24 to 64 bytes.";
        secret = bytes[..length];
        return null;
    }

    private static string? TakeScheme(string value, ref string? scheme)
    {
        if (scheme is not null) return "There is more than one webhook-signature-scheme.";
        if (value is not ("v1" or "v1 v1a")) return "webhook-signature-scheme is v1 or v1 v1a.";
        scheme = value;
        return null;
    }
}
