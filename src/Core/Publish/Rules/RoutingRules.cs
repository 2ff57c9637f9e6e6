using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>
/// The rules on the routingDemographics extension. More than one of it, of its number or its date of birth is refused, because
/// it would be anybody's guess about whom the event is.
/// </summary>
internal static class RoutingRules
{
    public static void Check(CheckedMessage message)
    {
        var findings = message.Findings;
        message.Routing = message.Header.Extension(Systems.RoutingDemographics);
        message.RoutingNumber = message.Routing.Extension("nhsNumber").Child("valueIdentifier").Child("value");
        message.RoutingBirth = message.Routing.Extension("birthDateTime").Child("valueDateTime");
        var count = message.Header.CountOfExtension(Systems.RoutingDemographics);
        if (count > 1 || (count == 0 && !message.IsBirth))
            findings.Refuse(SpineCode.InvalidResource, message.Header, "extension", $"The extension {Systems.RoutingDemographics} must be there once.");
        if (count == 0) return;

        CheckNumber(message);
        CheckName(message);
        CheckBirth(message);
    }

    private static void CheckNumber(CheckedMessage message)
    {
        var findings = message.Findings;
        var identifier = message.Routing.Extension("nhsNumber").Child("valueIdentifier");
        var number = identifier.Child("value");
        var count = message.Routing.CountOfExtension("nhsNumber");
        if (count > 1 || (!number.HasValue && !message.IsBirth))
            findings.Refuse(SpineCode.InvalidResource, message.Routing, "extension", "routingDemographics must have one nhsNumber with a value.");
        if (!number.HasValue) return;

        if (!identifier.Child("system").HasValueOf(Systems.NhsNumber))
            findings.Refuse(SpineCode.InvalidIdentifierSystem, identifier, "system", $"The system of an NHS number must be {Systems.NhsNumber}.");
        if (NhsNumber.TryParse(number.Value.ToString(), out _)) return;
        if (message.IsBirth) findings.Warn(Warnings.RoutingNumberCheckDigit);
        else findings.Refuse(SpineCode.InvalidNhsNumber, number, "The routing NHS number must be ten digits that pass Modulus 11.");
    }

    private static void CheckName(CheckedMessage message)
    {
        var name = message.Routing.Extension("name").Child("valueHumanName");
        if (!name.HasContent)
        {
            if (!message.IsBirth && !message.IsScreeningDelete)
                message.Findings.Refuse(SpineCode.InvalidResource, message.Routing, "extension", "routingDemographics must have a name.");
            return;
        }

        var isComplete = name.Child("use").HasValueOf("official") && name.Child("family").HasValue && message.Routing.CountOfExtension("name") == 1;
        message.Findings.WarnUnless(isComplete, Warnings.RoutingName);
    }

    private static void CheckBirth(CheckedMessage message)
    {
        var findings = message.Findings;
        var birth = message.RoutingBirth;
        if (message.Routing.CountOfExtension("birthDateTime") > 1)
            findings.Refuse(SpineCode.InvalidResource, message.Routing, "extension", "routingDemographics must not have more than one birthDateTime.");
        if (!birth.HasValue)
        {
            if (!message.IsBirth && !message.IsScreeningDelete)
                findings.Refuse(SpineCode.InvalidResource, message.Routing, "extension", "routingDemographics must have a birthDateTime.");
        }
        else if (!FhirDateTime.IsDateTime(birth.Value))
            findings.Invalid(birth, "birthDateTime must be a FHIR dateTime; one with a time has seconds and a zone.");
        else
            findings.WarnUnless(FhirDateTime.TryDay(birth.Value, out _), Warnings.BirthDateNoDay);
    }
}
