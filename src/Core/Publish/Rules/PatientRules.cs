using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>Who the patient in the message is, and the rules on every Patient.</summary>
internal static class PatientRules
{
    public static void Check(CheckedMessage message)
    {
        FindPatients(message);
        var count = message.CountOf("Patient");
        if (!message.IsBirth)
        {
            if (count == 0 && !message.IsScreeningDelete)
                message.Findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry", "The message must have a Patient.");
            message.Findings.WarnUnless(count <= 1, Warnings.PatientCount);
        }

        foreach (var patient in message.All("Patient")) CheckPatient(message, patient);
    }

    private static void FindPatients(CheckedMessage message)
    {
        var focus = message.Focus;
        var subject = focus.Is("Patient") ? focus
            : message.Resolve(focus.Is("EpisodeOfCare") || focus.Is("Immunization") ? focus.Child("patient") : focus.Child("subject"));
        if (!message.IsBirth)
        {
            message.Patient = subject.Is("Patient") ? subject : message.First("Patient");
            return;
        }

        var mother = subject.Is("Patient") ? subject : default;
        var baby = message.Resolve(message.First("RelatedPerson").Child("patient"));
        message.Baby = baby.Is("Patient") && !baby.IsSameAs(mother) ? baby : OtherPatient(message, mother);
        message.Patient = mother.Exists ? mother : OtherPatient(message, message.Baby);
    }

    /// <summary>The other one of two; absent where it would be a guess.</summary>
    private static FhirElement OtherPatient(CheckedMessage message, FhirElement one)
    {
        if (!one.Exists || message.CountOf("Patient") != 2) return default;
        foreach (var patient in message.All("Patient"))
            if (!patient.IsSameAs(one)) return patient;
        return default;
    }

    private static void CheckPatient(CheckedMessage message, FhirElement patient)
    {
        var findings = message.Findings;
        var isMother = message.IsBirth && patient.IsSameAs(message.Patient);
        var isBaby = message.IsBirth && patient.IsSameAs(message.Baby);
        CheckNumbers(message, patient, isNeeded: !message.IsBirth || isBaby, isCompared: !message.IsBirth || isMother);
        var isRecordChange = ReferenceEquals(message.Type, EventType.RecordChange);

        // The mother's name and birth date are 0..1.
        if (!isMother) findings.WarnUnless(patient.HasName("official"), Warnings.PatientName);
        if (isRecordChange) findings.Require(patient, "name");

        var birth = patient.Child("birthDate");
        if (isRecordChange) findings.Require(patient, "birthDate");
        else if (!isMother) findings.WarnUnless(birth.HasValue, Warnings.PatientBirthDateMissing);
        if (birth.HasValue && (!message.IsBirth || isMother) && message.RoutingBirth.HasValue)
            findings.WarnUnless(SameDay(birth.Value, message.RoutingBirth.Value), Warnings.PatientBirthDateDiffers);

        if (message.Type is not { IsPds: true }) return;
        if (isRecordChange && !patient.Child("meta").Child("versionId").HasValue)
            findings.Refuse(SpineCode.InvalidResource, patient, "meta.versionId", "Patient.meta.versionId, the PDS serial change number, is required.");
        else if (!isMother)
            findings.WarnUnless(patient.Child("meta").Child("versionId").HasValue, Warnings.PatientVersionIdMissing);
    }

    private static void CheckNumbers(CheckedMessage message, FhirElement patient, bool isNeeded, bool isCompared)
    {
        var findings = message.Findings;
        var count = 0;
        foreach (var identifier in patient.Children("identifier"))
        {
            var number = identifier.Child("value");
            if (!number.HasValue || !identifier.Child("system").HasValueOf(Systems.NhsNumber)) continue;
            count++;
            CheckNumber(message, number, isCompared);
        }

        if (count == 0 && isNeeded)
            findings.Refuse(SpineCode.InvalidResource, patient, "identifier", $"Patient must have an NHS number with the system {Systems.NhsNumber}.");
        findings.WarnUnless(count <= 1, Warnings.PatientIdentifierCount);
    }

    private static void CheckNumber(CheckedMessage message, FhirElement number, bool isCompared)
    {
        var findings = message.Findings;
        if (!NhsNumber.TryParse(number.Value.ToString(), out _))
        {
            if (message.IsR4) findings.Refuse(SpineCode.InvalidNhsNumber, number, "The NHS number of a Patient must be ten digits that pass Modulus 11.");
            else findings.Warn(Warnings.PatientNumberCheckDigit);
        }

        var routing = message.RoutingNumber;
        if (!isCompared || !routing.HasValue || number.Value.SequenceEqual(routing.Value)) return;
        if (message.IsR4 || message.Type is { IsPds: false })
            findings.Invalid(number, "The NHS number of the Patient must be that of routingDemographics.");
        else
            findings.Warn(Warnings.PatientNumberDiffers);
    }

    private static bool SameDay(ReadOnlySpan<char> date, ReadOnlySpan<char> moment) =>
        date.Length <= 10 && moment.StartsWith(date) || (FhirDateTime.TryDay(date, out var one) && FhirDateTime.TryDay(moment, out var other) && one == other);
}
