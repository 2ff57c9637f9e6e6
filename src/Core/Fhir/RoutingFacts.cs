using Nems.Core.Events;
using Nems.Core.Publish.Rules;

namespace Nems.Core.Fhir;

/// <summary>The facts that matching may use, taken from a message that has no problems.</summary>
internal static class RoutingFacts
{
    private const int LongestWithoutDigit = 5;

    private const string DirectoryHost = "https://directory.spineservices.nhs.uk/";

    public static RoutingDemographics Of(CheckedMessage message, EventType type)
    {
        var resident = message.IsBirth ? message.Baby : message.Patient;
        var number = NumberOf(message.RoutingNumber.Value);
        return new RoutingDemographics(
            number,
            FhirDateTime.TryDay(message.RoutingBirth.Value, out var birth) ? birth : null,
            Postcode(resident, "home") ?? (message.IsBirth ? Postcode(resident, null) : null),
            type == EventType.ChangeOfAddress ? Postcode(resident, "old") : null,
            Practice(message, resident, "generalPractitioner"),
            type == EventType.ChangeOfGp ? Practice(message, message.First("EpisodeOfCare"), "managingOrganization") : null,
            message.IsBirth ? NumberOf(resident.Identifier(NhsNumber.System).Child("value").Value.Trim()) : number);
    }

    private static NhsNumber? NumberOf(ReadOnlySpan<char> text) => NhsNumber.TryParse(text.ToString(), out var number) ? number : null;

    private static string? Postcode(FhirElement patient, string? use)
    {
        foreach (var address in patient.Children("address"))
        {
            var postcode = address.Child("postalCode").Value.Trim();
            if (!postcode.IsEmpty && (use is null || address.Child("use").HasValueOf(use))) return postcode.ToString();
        }

        return null;
    }

    private static string? Practice(CheckedMessage message, FhirElement resource, string name)
    {
        foreach (var reference in resource.Children(name))
            if (OdsCode(message, reference) is { } code) return code;
        return null;
    }

    /// <summary>The ODS code of an organisation: in its address, in the reference itself, or in the Bundle.</summary>
    private static string? OdsCode(CheckedMessage message, FhirElement reference)
    {
        var address = reference.Child("reference").Value;
        var identifier = reference.Child("identifier");
        var code = address.StartsWith(DirectoryHost) && address.Contains("/Organization/", StringComparison.Ordinal) ? address[(address.LastIndexOf('/') + 1)..]
            : message.Resolve(reference) is { Exists: true } organization ? organization.Identifier(Systems.OdsCode).Child("value").Value.Trim()
            : identifier.Child("system").HasValueOf(Systems.OdsCode) ? identifier.Child("value").Value.Trim()
            : default;
        return IsPlausible(code) ? code.ToString().ToUpperInvariant() : null;
    }

    /// <summary>Codes are kept with the event where operators may see them: a person's number or name that stands in their place is none.</summary>
    private static bool IsPlausible(ReadOnlySpan<char> code)
    {
        if (code.Length is 0 or > 20) return false;
        var digits = 0;
        foreach (var character in code)
        {
            if (!char.IsAsciiLetterOrDigit(character)) return false;
            if (char.IsAsciiDigit(character)) digits++;
        }

        return digits == code.Length ? digits < 10 : digits > 0 || code.Length <= LongestWithoutDigit;
    }
}
