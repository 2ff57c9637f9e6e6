using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>The events of the Personal Demographics Service but the birth: death, change of address, change of GP, record change.</summary>
internal static class PdsRules
{
    public static void CheckDeath(CheckedMessage message)
    {
        var patient = message.Patient;
        if (!patient.Exists) return;
        var findings = message.Findings;
        var url = Systems.DeathNotificationStatusExtension(message.Release);
        var extension = patient.Extension(url);
        if (!extension.Exists)
        {
            findings.Refuse(SpineCode.InvalidResource, patient, "extension", $"Patient must have the extension {url}.");
            return;
        }

        if (!extension.Extension("systemEffectiveDate").Child("valueDateTime").HasValue)
            findings.Refuse(SpineCode.InvalidResource, extension, "extension", "The systemEffectiveDate of the death notification status is required.");
        var status = extension.Extension("deathNotificationStatus");
        findings.WarnUnless(status.HasCodeOf("valueCodeableConcept", Systems.DeathNotificationStatus(message.Release)), Warnings.DeathStatusSystem);
        var code = status.Child("valueCodeableConcept").Child("coding").Child("code").Value;
        if (code is not ("1" or "2" or "U"))
            findings.Refuse(SpineCode.InvalidResource, extension, "extension", "The deathNotificationStatus must be 1 (informal), 2 (formal) or U (removed).");
        else if (code is "U" && patient.Child("deceasedDateTime").Exists)
            findings.Refuse(SpineCode.InvalidResource, patient, "deceasedDateTime", "deceasedDateTime must be absent where the status was removed.");
        else if (code is not "U" && !patient.Child("deceasedDateTime").HasValue)
            findings.Missing(patient, "deceasedDateTime");
    }

    public static void CheckChangeOfAddress(CheckedMessage message)
    {
        if (!message.Patient.Exists) return;
        CheckAddress(message, "home");
        CheckAddress(message, "old");
    }

    public static void CheckChangeOfGp(CheckedMessage message)
    {
        var findings = message.Findings;
        foreach (var organization in message.All("Organization")) findings.RequireReference(organization, "partOf");
        foreach (var episode in message.All("EpisodeOfCare"))
        {
            if (!episode.Child("status").HasValueOf("finished"))
                findings.Refuse(SpineCode.InvalidResource, episode, "status", "The EpisodeOfCare of the previous registration must be finished.");
            if (!episode.HasCode("type", "1"))
                findings.Refuse(SpineCode.InvalidResource, episode, "type", "The EpisodeOfCare of the previous registration must have the type 1 (primary care).");
            else findings.WarnUnless(episode.HasCodeOf("type", Systems.CareProvisionType), Warnings.EpisodeTypeSystem);
            findings.RequireReference(episode, "managingOrganization");
            findings.WarnUnless(episode.Refers("patient"), Warnings.EpisodePatient);
        }

        var episodes = message.CountOf("EpisodeOfCare");
        findings.WarnUnless(episodes <= 1, Warnings.ResourceCount);
        if (message.Patient.Exists && episodes == 0 && !message.Patient.Refers("generalPractitioner"))
            findings.Refuse(SpineCode.InvalidResource, message.Patient, "generalPractitioner",
                "A change of GP must tell the new practice (Patient.generalPractitioner) or the previous one (EpisodeOfCare).");
    }

    public static void CheckRecordChange(CheckedMessage message)
    {
        var findings = message.Findings;
        findings.WarnUnless(message.CountOf("Provenance") <= 1, Warnings.ResourceCount);
        foreach (var provenance in message.All("Provenance"))
        {
            if (findings.RequireReference(provenance, "target"))
                findings.WarnUnless(message.Resolve(provenance.Child("target")).Is("Patient"), Warnings.ProvenanceTarget);
            findings.Require(provenance, "recorded");
            if (!findings.Require(provenance, "agent")) continue;
            foreach (var agent in provenance.Children("agent")) findings.RequireReference(agent, message.IsR4 ? "who" : "whoReference");
        }
    }

    private static void CheckAddress(CheckedMessage message, string use)
    {
        var findings = message.Findings;
        var count = 0;
        foreach (var address in message.Patient.Children("address"))
        {
            if (!address.Child("use").HasValueOf(use)) continue;
            count++;
            findings.Require(address, "line");
            findings.Require(address, "postalCode");
            if (!address.Child("period").Child("start").HasValue)
                findings.Refuse(SpineCode.InvalidResource, address, "period.start", "The start of the period of this address is required.");
            findings.WarnUnless(address.Child("text").HasValue, Warnings.AddressText);
        }

        if (count != 1)
            findings.Refuse(SpineCode.InvalidResource, message.Patient, "address", $"Patient must have exactly one address with the use {use}.");
    }
}
