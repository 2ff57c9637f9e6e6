namespace Nems.Core.Reference;

/// <summary>ODS and GSS codes: 1 to 12 letters and digits, compared in upper case.</summary>
internal static class ReferenceCode
{
    private const int Longest = 12;

    /// <summary>False where the text is something else. An empty text is no code, and well formed: the length is then 0.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> code, out int length)
    {
        text = text.Trim();
        length = 0;
        if (text.Length > Longest) return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character)) return false;
            code[length++] = char.ToUpperInvariant(character);
        }

        return true;
    }

    /// <summary>Room for the longest code.</summary>
    public const int Room = Longest;
}
