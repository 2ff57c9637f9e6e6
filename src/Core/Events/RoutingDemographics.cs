namespace Nems.Core.Events;

/// <summary>
/// What an event message says of its patient and matching may use: the routingDemographics extension, and for the
/// generic rules the address and practice in the message. Patient data: never logged, never stored outside the body.
/// </summary>
/// <param name="NhsNumber">The routing number; null where a birth has none, or none that passes Modulus 11.</param>
/// <param name="BirthDate">Date of birth of the routing patient (births: the mother).</param>
/// <param name="HomePostcode">Of the patient in the message with address use <c>home</c> (births: the baby's address).</param>
/// <param name="PreviousPostcode">Change of address only: the address with use <c>old</c>.</param>
/// <param name="PracticeCode">ODS code of <c>Patient.generalPractitioner</c> (births: of the baby), upper case.</param>
/// <param name="PreviousPracticeCode">Change of GP only: ODS code of the practice that was left.</param>
/// <param name="ResidentNumber">The number of the patient at whom generic rules look: the routing number, but of a birth the baby's.</param>
public sealed record RoutingDemographics(
    NhsNumber? NhsNumber,
    DateOnly? BirthDate,
    string? HomePostcode,
    string? PreviousPostcode,
    string? PracticeCode,
    string? PreviousPracticeCode,
    NhsNumber? ResidentNumber)
{
    public override string ToString() => "(routing demographics)";
}
