using System.Globalization;
using System.Text;
using Nems.Core.Problems;

namespace Nems.Core.Subscribe;

/// <summary>
/// Reads a criteria string (NEMS specification, criteria grammar): components in any order, percent-encoded once or not.
/// Finds all problems at once, answers any string in time linear in its length, and quotes none of it.
/// </summary>
public static class CriteriaParser
{
    /// <summary>A longer string is refused unread.</summary>
    public const int MaxLength = 4_000;

    private const string Start = "/Bundle?";

    public static CriteriaReading Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Refused("The criteria are empty.");
        if (text.Length > MaxLength) return Refused($"The criteria are longer than {MaxLength} characters.");
        if (!text.StartsWith(Start, StringComparison.Ordinal)) return Refused("The criteria must begin with /Bundle?type=message.");

        var draft = new CriteriaDraft();
        var number = 0;
        foreach (var range in text.AsSpan(Start.Length).Split('&'))
            Read(text.AsSpan(Start.Length)[range], ++number, draft);

        return draft.Finish();
    }

    private static void Read(ReadOnlySpan<char> parameter, int number, CriteriaDraft draft)
    {
        var equals = parameter.IndexOf('=');
        if (equals < 0)
        {
            draft.Refuse($"Parameter {number.ToString(CultureInfo.InvariantCulture)} of the criteria is not of the form name=value.");
        }
        else if (!TryDecode(parameter[..equals], out var name) || !TryDecode(parameter[(equals + 1)..], out var value))
        {
            draft.Refuse($"Parameter {number.ToString(CultureInfo.InvariantCulture)} of the criteria has a faulty percent-encoding.");
        }
        else if (number == 1 && (name != "type" || value != "message"))
        {
            draft.Refuse("The criteria must begin with /Bundle?type=message.");
        }
        else if (number > 1)
        {
            draft.Add(name, value, number);
        }
    }

    // Decodes once; '+' is not a space. Strict where Uri.UnescapeDataString would leave a fault as it is.
    private static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        decoded = "";
        if (text.IndexOf('%') < 0)
        {
            decoded = text.ToString();
            return true;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (text[0] != '%')
            {
                var plain = text.IndexOf('%') is var next and >= 0 ? text[..next] : text;
                length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
                text = text[plain.Length..];
                continue;
            }

            if (text.Length < 3 || !byte.TryParse(text.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length++]))
                return false;
            text = text[3..];
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length))) return false;
        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    private static CriteriaReading Refused(string diagnostics) =>
        new(null, [new Problem(SpineCode.InvalidParameter, diagnostics, CriteriaDraft.Location)]);
}
