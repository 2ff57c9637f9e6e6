namespace Nems.Core.Reference;

/// <summary>Postcodes as they are compared.</summary>
public static class Postcode
{
    /// <summary>Upper case, without blanks (NEMS specification 6.3).</summary>
    public static string Normalise(string postcode) => string.Concat(postcode.Where(character => !char.IsWhiteSpace(character))).ToUpperInvariant();
}
