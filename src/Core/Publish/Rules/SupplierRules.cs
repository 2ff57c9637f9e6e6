using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>Professional contacts and vaccinations: every message is complete, deletes too.</summary>
internal static class SupplierRules
{
    public static void CheckProfessionalContacts(CheckedMessage message)
    {
        ScreeningRules.CheckIdentifier(message);
        var episode = message.Focus;
        if (!episode.Exists) return;
        var findings = message.Findings;
        findings.WarnUnless(message.CountOf("EpisodeOfCare") <= 1, Warnings.ResourceCount);
        findings.Require(episode, "status");
        findings.Require(episode, "type");
        if (!findings.RequireReference(episode, "managingOrganization")) return;

        var reference = episode.Child("managingOrganization");
        var organization = message.Resolve(reference);
        if (organization.Is("Organization"))
        {
            if (!organization.Child("telecom").Child("value").HasValue)
                findings.Refuse(SpineCode.InvalidResource, organization, "telecom", "The managing organisation must have a telecom with a value.");
        }
        else if (organization.Exists || !CheckedMessage.IsUrn(reference.Child("reference").Value)) // that of urn:uuid: is among the rules on all references
        {
            findings.Invalid(reference, "The managing organisation must be an Organization in the Bundle.");
        }
    }

    public static void CheckVaccinations(CheckedMessage message)
    {
        ScreeningRules.CheckIdentifier(message);
        if (message.Focus.Exists) CheckImmunization(message, message.Focus);
        foreach (var role in message.All("PractitionerRole")) CheckRole(message, role);
        message.Findings.WarnUnless(message.CountOf("Immunization") <= 1 && message.CountOf("Encounter") <= 1, Warnings.ResourceCount);
        foreach (var encounter in message.All("Encounter"))
        {
            message.Findings.WarnUnless(encounter.HasCodeOf("type", Systems.EncounterType), Warnings.EncounterTypeSystem);
            message.Findings.WarnUnless(encounter.Refers("subject"), Warnings.EncounterElements);
        }
    }

    private static void CheckImmunization(CheckedMessage message, FhirElement immunization)
    {
        var findings = message.Findings;
        var url = Systems.VaccinationProcedure(message.Release);
        var procedure = immunization.Extension(url);
        if (!procedure.HasAnyCode("valueCodeableConcept") && !procedure.Child("valueCodeableConcept").Child("text").HasValue)
            findings.Refuse(SpineCode.InvalidResource, immunization, "extension", $"The extension {url} is required, with a code or a text.");
        findings.Require(immunization, "vaccineCode");
        findings.Require(immunization, message.IsR4 ? "occurrenceDateTime" : "date");
        CheckBoolean(findings, immunization, "primarySource");
        if (message.IsR4) CheckGivenInR4(findings, immunization);
        else CheckGiven(findings, immunization);
    }

    private static void CheckGiven(Findings findings, FhirElement immunization)
    {
        CheckBoolean(findings, immunization, "notGiven");
        if (!immunization.Child("notGiven").HasValueOf("true")) return;
        var hasReason = false;
        foreach (var explanation in immunization.Children("explanation")) hasReason |= explanation.Child("reasonNotGiven").HasContent;
        if (!hasReason)
            findings.Refuse(SpineCode.InvalidResource, immunization, "explanation.reasonNotGiven", "A vaccination that was not given needs a reasonNotGiven.");
    }

    private static void CheckGivenInR4(Findings findings, FhirElement immunization)
    {
        findings.Require(immunization, "status");
        var isNotGiven = immunization.Child("status").HasValueOf("not-done")
            || immunization.Extension(Systems.NotGivenInR4).Child("valueBoolean").HasValueOf("true");
        if (isNotGiven && !immunization.Child("statusReason").HasContent)
            findings.Refuse(SpineCode.InvalidResource, immunization, "statusReason", "A vaccination that was not given needs a statusReason.");
    }

    private static void CheckBoolean(Findings findings, FhirElement element, string child)
    {
        if (element.Child(child).Value is not ("true" or "false"))
            findings.Refuse(SpineCode.InvalidResource, element, child, $"{element.Name}.{child} is required: true or false.");
    }

    private static void CheckRole(CheckedMessage message, FhirElement role)
    {
        var findings = message.Findings;
        findings.RequireReference(role, "organization");
        findings.RequireReference(role, "practitioner");
        if (findings.Require(role, "code"))
            findings.WarnUnless(role.HasCodeOf("code", Systems.ProfessionalType), Warnings.PractitionerRoleCode);
        if (findings.Require(role, "specialty"))
            findings.WarnUnless(role.HasCodeOf("specialty", Systems.Specialty), Warnings.PractitionerRoleSpecialty);
    }
}
