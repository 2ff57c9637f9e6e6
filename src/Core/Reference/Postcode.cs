namespace Nems.Core.Reference;

/// <summary>The one form in which postcodes are stored and compared: upper case, no spaces.</summary>
public static class Postcode
{
    private const int Shortest = 5;
    private const int Longest = 7;
    private const int LongestSent = 16;

    /// <summary>
    /// The form to compare by; null where the text cannot be a postcode: not 5 to 7 letters and digits that begin with a
    /// letter and end with a digit and two letters. Spaces do not count, wherever they stand.
    /// </summary>
    public static string? Normalise(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestSent) return null;
        Span<char> form = stackalloc char[Longest];
        var length = 0;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character)) continue;
            if (!char.IsAsciiLetterOrDigit(character) || length == Longest) return null;
            form[length++] = char.ToUpperInvariant(character);
        }

        form = form[..length];
        if (length < Shortest || !char.IsAsciiLetter(form[0])) return null;
        return char.IsAsciiDigit(form[^3]) && char.IsAsciiLetter(form[^2]) && char.IsAsciiLetter(form[^1]) ? form.ToString() : null;
    }
}
