namespace Nems.Core.Reference;

/// <summary>One good row of a file.</summary>
/// <param name="Key">Practice code, normalised postcode, or GSS code of a sub-location.</param>
/// <param name="Areas">Postcodes: all there is. Practices and sub-locations: the sub-location alone.</param>
public readonly record struct ReferenceRow(string Key, PostcodeAreas Areas);
