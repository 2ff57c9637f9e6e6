namespace Nems.Embedded.Reference;

/// <summary>Up to 12 digits and capital letters as a number that keeps their order: the rows of a postcode table stay small and side by side.</summary>
internal static class PackedKey
{
    private const int Longest = 12;

    public static bool TryPack(ReadOnlySpan<char> key, out long packed)
    {
        packed = 0;
        if (key.Length is 0 or > Longest) return false;
        for (var index = 0; index < Longest; index++)
        {
            var digit = index >= key.Length ? 0 : key[index] switch
            {
                >= '0' and <= '9' and var number => number - '0' + 1,
                >= 'A' and <= 'Z' and var letter => letter - 'A' + 11,
                _ => -1,
            };
            if (digit < 0) return false;
            packed = packed * 37 + digit;
        }

        return true;
    }
}
