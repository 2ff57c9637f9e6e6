using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>Rules on values wherever they stand, in one walk over the document: dates, references, extension addresses, SNOMED codes.</summary>
internal static class ValueRules
{
    public static void Check(CheckedMessage message, FhirDocument document)
    {
        for (var index = 0; index < document.Count; index++)
        {
            var element = new FhirElement(document, index);
            switch (element.Name)
            {
                case "reference":
                    CheckReference(message, element);
                    break;
                case "extension":
                    CheckExtension(message, element);
                    break;
                case "coding":
                    CheckSnomed(message, element);
                    break;
                case "birthDate" or "valueDate":
                    message.Findings.WarnUnless(!element.HasValue || FhirDateTime.IsDate(element.Value), Warnings.DateForm);
                    break;
                case "issued" or "recorded" or "valueInstant" or "lastUpdated":
                    // The header's own lastUpdated is stricter; there this is only said twice.
                    message.Findings.WarnUnless(!element.HasValue || FhirDateTime.IsInstant(element.Value), Warnings.DateForm);
                    break;
                case "start" or "end" or "sent" or "received" or "date" or "deceasedDateTime" or "performedDateTime" or "effectiveDateTime"
                    or "occurrenceDateTime" or "valueDateTime":
                    message.Findings.WarnUnless(!element.HasValue || FhirDateTime.IsDateTime(element.Value), Warnings.DateForm);
                    break;
            }
        }
    }

    private static void CheckReference(CheckedMessage message, FhirElement element)
    {
        if (!CheckedMessage.IsUrn(element.Value)) return;
        var holder = element.Parent;
        if (message.Resolve(holder).Exists) return;

        var isNeeded = message.IsR4
            || holder.Is("focus") && holder.Parent.Is("MessageHeader")
            || holder.Is("subject") && holder.Parent.Is("Communication")
            || holder.Is("managingOrganization") && holder.Parent.Is("EpisodeOfCare") && ReferenceEquals(message.Type, EventType.ProfessionalContacts);
        if (isNeeded) message.Findings.Refuse(SpineCode.ReferenceNotFound, element, "No entry of the Bundle has this address as its fullUrl.");
        else message.Findings.Warn(Warnings.ReferenceUnresolved);
    }

    private static void CheckExtension(CheckedMessage message, FhirElement extension)
    {
        if (!extension.Parent.Parent.Is("resource")) return;
        message.Findings.WarnUnless(extension.Child("url").Value.Contains(':'), Warnings.ExtensionUrlNotAbsolute);
    }

    private static void CheckSnomed(CheckedMessage message, FhirElement coding)
    {
        if (!coding.Child("system").HasValueOf(Systems.Snomed)) return;
        message.Findings.WarnUnless(SnomedCode.HasValidCheckDigit(coding.Child("code").Value), Warnings.SnomedCheckDigit);
    }
}
