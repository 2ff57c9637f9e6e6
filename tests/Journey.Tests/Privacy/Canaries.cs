using System.Buffers;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;

namespace Nems.Journey.Tests.Privacy;

/// <summary>A value that identifies a made-up person and stands in exactly one place of what is sent.</summary>
/// <param name="Place">Where it was put, for the message of a failure.</param>
/// <param name="Value">As it was put.</param>
/// <param name="Forms">Every form in which it would be recognised elsewhere.</param>
internal sealed record Canary(string Place, string Value, IReadOnlyList<string> Forms);

/// <summary>
/// Makes canaries and finds them again: plain, spaced and hyphenated, URL-encoded, base64 at each of the three offsets,
/// hexadecimal, escaped for XML and JSON, in any letter case.
/// </summary>
internal sealed class Canaries
{
    // Shorter forms turn up by chance in ids and keys.
    private const int ShortestForm = 7;

    private readonly Lock making = new();
    private readonly List<Canary> all = [];
    private SearchValues<string>? forms;
    private long nineDigits = 999_777_000;

    public IReadOnlyList<Canary> All => all;

    public string NhsNumber(string place)
    {
        string? number = null;
        lock (making)
        {
            while (number is null || !Core.Events.NhsNumber.TryParse(number, out _))
            {
                nineDigits++;
                number = Enumerable.Range(0, 10).Select(digit => $"{nineDigits}{digit}").FirstOrDefault(candidate => Core.Events.NhsNumber.TryParse(candidate, out _));
            }
        }

        return Add(place, number, $"{number[..3]} {number[3..6]} {number[6..]}", $"{number[..3]}-{number[3..6]}-{number[6..]}");
    }

    public string Name(string place) => Add(place, "Quillfeather" + Letters());

    public string Postcode(string place)
    {
        var letters = Letters();
        return Add(place, $"ZZ{letters[0]}9 9{letters[1..]}X", $"ZZ{letters[0]}99{letters[1..]}X");
    }

    /// <summary>A line that every syntax must escape.</summary>
    public string Line(string place)
    {
        var name = "O'Hedgerow" + Letters();
        return Add(place, $"7 <{name}> & Sons", name);
    }

    /// <summary>A day long before anything that the service knows.</summary>
    public string Date(string place)
    {
        lock (making)
        {
            var day = new DateOnly(1903, 3, 3).AddDays(all.Count * 11);
            return Add(place, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture), day.ToString("dd-MM-yyyy", CultureInfo.InvariantCulture), day.ToString("d MMM yyyy", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A value that is shown on purpose: a search that does not find it is blind.</summary>
    public string Shown(string value) => Add(value, value);

    /// <summary>Where each canary that the text holds was put; none where it holds none.</summary>
    public IReadOnlyList<string> In(string text)
    {
        forms ??= SearchValues.Create([.. all.SelectMany(canary => canary.Forms)], StringComparison.OrdinalIgnoreCase);
        if (text.AsSpan().IndexOfAny(forms) < 0) return [];
        return [.. all.Where(canary => canary.Forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase))).Select(canary => canary.Place)];
    }

    /// <summary>The same in bytes, whether they hold UTF-8 or UTF-16.</summary>
    public IReadOnlyList<string> In(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return [.. In(text).Union(In(text.Replace("\0", "", StringComparison.Ordinal)))];
    }

    private string Add(string place, params string[] spellings)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var spelling in spellings.Append(spellings[0].Replace(" ", "", StringComparison.Ordinal)))
        {
            var bytes = Encoding.UTF8.GetBytes(spelling);
            found.UnionWith(
            [
                spelling, Uri.EscapeDataString(spelling), spelling.Replace(' ', '+'), SecurityElement.Escape(spelling)!,
                JsonEncodedText.Encode(spelling).ToString(), Convert.ToHexString(bytes), .. Base64(bytes), .. Base64(Encoding.Unicode.GetBytes(spelling)),
            ]);
        }

        lock (making)
        {
            if (forms is not null) throw new InvalidOperationException("A canary that is made after the search has begun would not be found.");
            all.Add(new Canary(place, spellings[0], [.. found.Where(form => form.Length >= ShortestForm)]));
        }

        return spellings[0];
    }

    /// <summary>The characters that base64 has for the bytes wherever they stand in something longer.</summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. bytes])[(offset == 0 ? 0 : offset + 1)..((offset + bytes.Length) * 8 / 6)];
            yield return text;
            yield return text.Replace('+', '-').Replace('/', '_');
        }
    }

    private string Letters()
    {
        lock (making)
        {
            var number = all.Count;
            return string.Concat((char)('a' + number / 676 % 26), (char)('a' + number / 26 % 26), (char)('a' + number % 26));
        }
    }
}
