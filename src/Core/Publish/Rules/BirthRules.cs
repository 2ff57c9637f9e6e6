using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>PDS birth notification: mother and baby, joined by a RelatedPerson, with five observations.</summary>
internal static class BirthRules
{
    private const string BirthWeight = "364589006";
    private const string BirthWeightInLoinc = "29463-7";
    private const string NumberOfBirths = "382341000000101";
    private const string Gestation = "412726003";
    private const string StillBorn = "237364002";
    private const string CongenitalAbnormality = "1097291000000101";

    public static void Check(CheckedMessage message)
    {
        SharedResourceRules.RequireCount(message, "Communication", 1, 1);
        SharedResourceRules.RequireCount(message, "Patient", 2, 2);
        SharedResourceRules.RequireCount(message, "RelatedPerson", 1, 1);
        CheckPractitioner(message);
        CheckRelation(message);
        CheckBaby(message);
        CheckObservation(message, NumberOfBirths, "number of births", message.Patient, "valueQuantity");
        CheckObservation(message, BirthWeight, "birth weight", message.Baby, "valueQuantity");
        CheckObservation(message, Gestation, "gestation age", message.Baby, "valueQuantity");
        CheckObservation(message, StillBorn, "stillborn indicator", message.Baby, "valueCodeableConcept", Systems.StillBornIndicator, "1", "2", "3", "4");
        CheckObservation(message, CongenitalAbnormality, "suspected congenital abnormality", message.Baby, "valueCodeableConcept",
            Systems.CongenitalAbnormality, "N", "U", "Y");
        CheckOrganizations(message);
    }

    private static void CheckPractitioner(CheckedMessage message)
    {
        SharedResourceRules.RequireCount(message, "Practitioner", 1, 1);
        foreach (var practitioner in message.All("Practitioner"))
        {
            var name = practitioner.Child("name");
            if (!name.Child("family").HasValue || !name.Child("given").HasValue)
                message.Findings.Refuse(SpineCode.InvalidResource, practitioner, "name", "Practitioner.name must have a family and a given name.");
        }
    }

    private static void CheckRelation(CheckedMessage message)
    {
        var relative = message.First("RelatedPerson");
        if (!relative.Exists) return;
        if (!message.Resolve(relative.Child("patient")).Is("Patient") && !CheckedMessage.IsUrn(relative.Child("patient").Child("reference").Value))
            message.Findings.Warn(Warnings.ReferenceUnresolved);
        message.Findings.WarnUnless(
            relative.HasCode("relationship", "NMTH") && relative.HasCodeOf("relationship", Systems.RoleCode(message.Release)), Warnings.Relationship);
        if (message.Patient.Exists)
            message.Findings.WarnUnless(message.Resolve(message.Patient.Child("link").Child("other")).Is("RelatedPerson"), Warnings.MotherLink);
    }

    private static void CheckBaby(CheckedMessage message)
    {
        var baby = message.Baby;
        if (!baby.Exists) return;
        var isComplete = baby.Child("gender").HasValue
            && baby.Child("birthDate").Extension(Systems.BirthTime).Child("valueDateTime").HasValue
            && baby.Child("address").Child("line").HasValue
            && baby.Child("multipleBirthInteger").HasValue
            && baby.Extension(Systems.EthnicCategory(message.Release)).HasAnyCode("valueCodeableConcept");
        message.Findings.WarnUnless(isComplete, Warnings.BabyElements);
    }

    private static void CheckObservation(
        CheckedMessage message, string code, string words, FhirElement subject, string value, string? system = null, params ReadOnlySpan<string> allowed)
    {
        var findings = message.Findings;
        var found = 0;
        foreach (var observation in message.All("Observation"))
        {
            var isIt = observation.HasCode("code", code) || (code == BirthWeight && observation.HasCode("code", BirthWeightInLoinc));
            if (!isIt) continue;
            found++;
            findings.WarnUnless(!subject.Exists || message.Resolve(observation.Child("subject")).IsSameAs(subject), Warnings.ObservationSubject);
            findings.WarnUnless(system is null ? observation.Child(value).Child("value").HasValue
                : observation.HasCodeOf(value, system) && HasOneOf(observation, value, allowed), Warnings.ObservationValue);
            if (code == BirthWeight)
                findings.WarnUnless(observation.HasCode("category", "vital-signs")
                    && observation.HasCodeOf("category", Systems.ObservationCategory(message.Release)), Warnings.ObservationCategory);
        }

        if (found != 1)
            findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry", $"The message must have one Observation of the {words} (SNOMED {code}).");
    }

    private static bool HasOneOf(FhirElement observation, string value, ReadOnlySpan<string> codes)
    {
        foreach (var code in codes)
            if (observation.HasCode(value, code)) return true;
        return false;
    }

    private static void CheckOrganizations(CheckedMessage message)
    {
        var findings = message.Findings;
        FhirElement deliveryPlace = default, authority = default;
        foreach (var episode in message.All("EpisodeOfCare"))
        {
            findings.RequireReference(episode, "managingOrganization");
            if (episode.HasCode("type", "delivery-place")) deliveryPlace = message.Resolve(episode.Child("managingOrganization"));
            if (episode.HasCode("type", "registering-authority")) authority = message.Resolve(episode.Child("managingOrganization"));
        }

        // The type of the registering authority is 1..1 of a published list.
        findings.WarnUnless(authority.Is("Organization") && authority.HasCodeOf("type", Systems.RegisteringAuthorityType), Warnings.RegisteringAuthority);
        foreach (var organization in message.All("Organization"))
        {
            if (organization.IsSameAs(deliveryPlace)) continue; // there it is 0..1
            if (!organization.HasIdentifierValue())
                findings.Refuse(SpineCode.InvalidResource, organization, "identifier", "Organization must have an identifier with a value.");
            else findings.WarnUnless(organization.Identifier(Systems.OdsCode).Exists, Warnings.OrganizationIdentifierSystem);
        }
    }
}
