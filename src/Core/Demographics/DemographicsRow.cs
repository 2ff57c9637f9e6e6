using Nems.Core.Events;

namespace Nems.Core.Demographics;

/// <summary>One patient of an imported table. Patient data: never logged.</summary>
/// <param name="HomePostcode">Upper case without spaces, at most 8 characters; null when none is known.</param>
/// <param name="PracticeCode">Upper case, at most 12 characters; null when the patient is not registered.</param>
public sealed record DemographicsRow(
    NhsNumber Number, string? HomePostcode, string? PracticeCode, bool IsSensitive, bool IsInvalid, NhsNumber? SupersededBy)
{
    public override string ToString() => "(demographics row)";
}
