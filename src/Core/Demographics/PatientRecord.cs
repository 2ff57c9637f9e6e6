using Nems.Core.Events;

namespace Nems.Core.Demographics;

/// <summary>What a source of demographics knows of a patient and matching may use. Patient data: never logged.</summary>
/// <param name="HomePostcode">Of the usual address; null when none is known.</param>
/// <param name="PracticeCode">ODS code of the registered practice, upper case; null when the patient is not registered.</param>
/// <param name="IsSensitive">The S flag: nothing flows.</param>
/// <param name="IsInvalid">The I flag: nothing flows.</param>
/// <param name="SupersededBy">The number that replaced the one asked for; null when it stands.</param>
/// <param name="AsOf">When the source said so.</param>
public sealed record PatientRecord(
    string? HomePostcode, string? PracticeCode, bool IsSensitive, bool IsInvalid, NhsNumber? SupersededBy, DateTimeOffset AsOf)
{
    public bool MayFlow => !IsSensitive && !IsInvalid;

    public override string ToString() => "(patient record)";
}
