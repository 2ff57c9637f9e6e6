using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Publish.Rules;

namespace Nems.Core.Publish;

/// <summary>
/// Every rule on an event message, of both releases, all findings at once: those of the envelope always, those of the event
/// where the event code is one of the ten. Severities are those of the published table beside the examples.
/// </summary>
internal static class EventMessageRules
{
    /// <summary>Runs the rules on a Bundle. The answer points into the document and is of use while that is.</summary>
    public static CheckedMessage Check(FhirDocument document, FhirForm form, string? interactionId)
    {
        var message = new CheckedMessage(document.Root, form);
        BundleRules.Check(message);
        if (message.Header.Exists)
        {
            HeaderRules.Check(message, interactionId);
            RoutingRules.Check(message);
        }

        ValueRules.Check(message, document);
        if (message.Type is null) return message;

        PatientRules.Check(message);
        SharedResourceRules.Check(message);
        CheckEvent(message, message.Type);
        return message;
    }

    private static void CheckEvent(CheckedMessage message, EventType type)
    {
        if (type.IsScreening) ScreeningRules.Check(message);
        else if (type == EventType.Birth) BirthRules.Check(message);
        else if (type == EventType.Death) PdsRules.CheckDeath(message);
        else if (type == EventType.ChangeOfAddress) PdsRules.CheckChangeOfAddress(message);
        else if (type == EventType.ChangeOfGp) PdsRules.CheckChangeOfGp(message);
        else if (type == EventType.RecordChange) PdsRules.CheckRecordChange(message);
        else if (type == EventType.ProfessionalContacts) SupplierRules.CheckProfessionalContacts(message);
        else if (type == EventType.Vaccinations) SupplierRules.CheckVaccinations(message);
        else throw new System.Diagnostics.UnreachableException();
    }
}
