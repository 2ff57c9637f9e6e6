using Nems.Core.Reference;

namespace Nems.Core.Ports;

/// <summary>Areas of postcodes and practices, from imported editions. Reads cost microseconds and see one whole edition.</summary>
public interface IReferenceData
{
    /// <summary>The areas of a postcode, given in upper case without spaces; null when it is unknown.</summary>
    PostcodeAreas? FindPostcode(string normalised);

    /// <summary>The ICB sub-location of a practice, given in upper case; null when the practice is unknown or has none.</summary>
    string? FindSubLocation(string practice);
}
