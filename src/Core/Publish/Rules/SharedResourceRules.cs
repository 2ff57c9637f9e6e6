using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>The rules on resources that several events share: Organization, HealthcareService, Communication, PractitionerRole.</summary>
internal static class SharedResourceRules
{
    public static void Check(CheckedMessage message)
    {
        var type = message.Type!; // called for known events alone
        if (!message.IsBirth && type != EventType.RecordChange)
            foreach (var organization in message.All("Organization")) CheckOrganization(message, organization);
        CheckOrganizationCount(message, type);
        foreach (var service in message.All("HealthcareService")) CheckHealthcareService(message, service);
        message.Findings.WarnUnless(message.CountOf("HealthcareService") <= 1, Warnings.ResourceCount);
        if (type.FocusResource == "Communication") CheckFocusCommunication(message);
    }

    /// <summary>One resource of the type; that there may be more is a warning.</summary>
    public static void RequireResource(CheckedMessage message, string type)
    {
        if (message.CountOf(type) == 0)
            message.Findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry", $"The message must have a resource of type {type}.");
        message.Findings.WarnUnless(message.CountOf(type) <= 1, Warnings.ResourceCount);
    }

    /// <summary>Exactly so many resources of the type.</summary>
    public static void RequireCount(CheckedMessage message, string type, int least, int most)
    {
        if (message.CountOf(type) is var count && (count < least || count > most))
            message.Findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry", least == most
                ? $"The message must have exactly {least} of the resource {type}."
                : $"The message must have {least} to {most} of the resource {type}.");
    }

    /// <summary>The Communication that a screening event may carry beside its outcome.</summary>
    public static void CheckComment(CheckedMessage message, params ReadOnlySpan<string> categories)
    {
        message.Findings.WarnUnless(message.CountOf("Communication") <= 1, Warnings.ResourceCount);
        foreach (var comment in message.All("Communication"))
        {
            message.Findings.WarnUnless(
                comment.Child("status").HasValueOf("completed") && comment.Refers("sender") && comment.Refers("subject"), Warnings.CommentElements);
            var fits = false;
            foreach (var category in categories) fits |= comment.HasCode("category", category);
            message.Findings.WarnUnless(fits && comment.HasCodeOf("category", Systems.ProfessionalComment), Warnings.CommentCategory);
        }
    }

    private static void CheckOrganization(CheckedMessage message, FhirElement organization)
    {
        if (!organization.Identifier(Systems.OdsCode).Exists)
            message.Findings.Refuse(SpineCode.InvalidResource, organization, "identifier",
                $"Organization must have an ODS code with the system {Systems.OdsCode}.");
        message.Findings.Require(organization, "name");
    }

    private static void CheckOrganizationCount(CheckedMessage message, EventType type)
    {
        var count = message.CountOf("Organization");
        if (type == EventType.ChangeOfAddress || type == EventType.Death)
            message.Findings.WarnUnless(count is 1 or 2, Warnings.OrganizationCount);
        else if (!type.IsScreening && type != EventType.RecordChange)
            message.Findings.WarnUnless(count > 0, Warnings.OrganizationCount);
    }

    private static void CheckHealthcareService(CheckedMessage message, FhirElement service)
    {
        var findings = message.Findings;
        findings.WarnUnless(service.Refers("providedBy") && service.HasAnyCode("type"), Warnings.HealthcareServiceElements);
        if (message.Type is { IsPds: true })
        {
            findings.WarnUnless(service.HasCode("type", "PDS") && service.HasCodeOf("type", Systems.HealthcareServiceType), Warnings.HealthcareServiceType);
        }
        else if (message.Type is { IsScreening: true })
        {
            if (findings.Require(service, "specialty"))
                findings.WarnUnless(service.HasCodeOf("specialty", Systems.ChildHealthSpecialty), Warnings.HealthcareServiceSpecialty);
        }
        else if (message.Type == EventType.Vaccinations)
        {
            findings.WarnUnless(service.HasCodeOf("specialty", Systems.Specialty), Warnings.HealthcareServiceSpecialty);
        }
    }

    private static void CheckFocusCommunication(CheckedMessage message)
    {
        if (!message.Focus.Exists) return;
        if (!message.Focus.Child("status").HasValueOf("completed"))
            message.Findings.Refuse(SpineCode.InvalidResource, message.Focus, "status", "Communication.status must be completed.");
        message.Findings.WarnUnless(message.Focus.Refers("subject"), Warnings.CommunicationSubject);
        if (!message.IsBirth) message.Findings.WarnUnless(message.CountOf("Communication") <= 1, Warnings.ResourceCount);
    }
}
