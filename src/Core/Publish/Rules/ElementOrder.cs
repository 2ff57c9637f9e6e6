using System.Collections.Frozen;
using Nems.Core.Fhir;

namespace Nems.Core.Publish.Rules;

/// <summary>The order in which the STU3 schema wants the elements of a resource. Elements that it does not know are passed over.</summary>
internal static class ElementOrder
{
    private const string Common = "id meta implicitRules language text contained extension modifierExtension ";

    private static readonly FrozenDictionary<string, string[]> Orders = new Dictionary<string, string>
    {
        ["MessageHeader"] = "event destination receiver sender timestamp enterer author source responsible reason response focus",
        ["Communication"] = "identifier definition basedOn partOf status notDone notDoneReason category medium subject recipient topic context sent received sender reasonCode reasonReference payload note",
        ["Patient"] = "identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean multipleBirthInteger photo contact animal communication generalPractitioner managingOrganization link",
        ["RelatedPerson"] = "identifier active patient relationship name telecom gender birthDate address photo period",
        ["Practitioner"] = "identifier active name telecom address gender birthDate photo qualification communication",
        ["PractitionerRole"] = "identifier active period practitioner organization code specialty location healthcareService telecom availableTime notAvailable availabilityExceptions endpoint",
        ["Organization"] = "identifier active type name alias telecom address partOf contact endpoint",
        ["Location"] = "identifier status operationalStatus name alias description mode type telecom address physicalType position managingOrganization partOf endpoint",
        ["HealthcareService"] = "identifier active providedBy category type specialty location name comment extraDetails photo telecom coverageArea serviceProvisionCode eligibility eligibilityNote programName characteristic referralMethod appointmentRequired availableTime notAvailable availabilityExceptions endpoint",
        ["Encounter"] = "identifier status statusHistory class classHistory type priority subject episodeOfCare incomingReferral participant appointment period length reason diagnosis account hospitalization location serviceProvider partOf",
        ["EpisodeOfCare"] = "identifier status statusHistory type diagnosis patient managingOrganization period referralRequest careManager team account",
        ["Procedure"] = "identifier definition basedOn partOf status notDone notDoneReason category code subject context performedDateTime performedPeriod performer location reasonCode reasonReference outcome bodySite report complication complicationDetail followUp note focalDevice usedReference usedCode",
        ["Observation"] = "identifier basedOn status category code subject context effectiveDateTime effectivePeriod issued performer valueQuantity valueCodeableConcept valueString valueBoolean dataAbsentReason interpretation comment bodySite method specimen device referenceRange related component",
        ["DiagnosticReport"] = "identifier basedOn status category code subject context effectiveDateTime effectivePeriod issued performer specimen result imagingStudy image conclusion codedDiagnosis presentedForm",
        ["Immunization"] = "identifier status notGiven vaccineCode patient encounter date primarySource reportOrigin location manufacturer lotNumber expirationDate site route doseQuantity practitioner note explanation reaction vaccinationProtocol",
        ["CareTeam"] = "identifier definition basedOn replaces partOf status category name subject context period participant reasonCode reasonReference managingOrganization note",
        ["Provenance"] = "target period recorded policy location reason activity agent entity signature",
    }.ToFrozenDictionary(pair => pair.Key, pair => (Common + pair.Value).Split(' '));

    public static bool Holds(FhirElement resource)
    {
        if (!Orders.TryGetValue(resource.Name, out var order)) return true;
        var reached = 0;
        foreach (var element in resource.Children())
        {
            var place = reached;
            while (place < order.Length && !element.Is(order[place])) place++;
            if (place < order.Length) reached = place;
            else if (order.AsSpan(0, reached).Contains(element.Name)) return false;
        }

        return true;
    }
}
