using System.Collections.Frozen;
using System.Xml;

namespace Nems.Core.Fhir;

/// <summary>
/// The names of one document, each kept once: the known ones are shared by all documents, the others are counted and
/// bounded. Also the name table of the XML parser, so that a flood of attribute or prefix names ends while it is parsed.
/// </summary>
internal sealed class FhirNames : XmlNameTable
{
    public const int MaxUnknown = 500;
    public const int MaxLength = 256;

    private static readonly string[] Known = Words().Distinct(StringComparer.Ordinal).ToArray();

    private static readonly FrozenDictionary<string, int> KnownIds =
        Known.Select((name, id) => KeyValuePair.Create(name, id)).ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> KnownSpans =
        KnownIds.GetAlternateLookup<ReadOnlySpan<char>>();

    private Dictionary<string, int>? unknownIds;
    private List<string>? unknown;

    /// <summary>Above every id that can be given.</summary>
    public static int IdLimit => Known.Length + MaxUnknown;

    /// <summary>Only known names may be shown: an unknown one is text that a publisher chose.</summary>
    public static bool IsKnown(string name) => KnownIds.ContainsKey(name);

    public string this[int id] => id < Known.Length ? Known[id] : unknown![id - Known.Length]; // an id beyond the known ones was given here

    /// <summary>The id of a name; false where the document has too many names or this one is too long.</summary>
    public bool TryIntern(ReadOnlySpan<char> name, out int id)
    {
        if (KnownSpans.TryGetValue(name, out id)) return true;
        unknownIds ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if (unknownIds.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out id)) return true;
        unknown ??= [];
        if (unknown.Count == MaxUnknown || name.Length > MaxLength) return false;
        id = Known.Length + unknown.Count;
        var text = name.ToString();
        unknown.Add(text);
        unknownIds.Add(text, id);
        return true;
    }

    public override string Add(char[] array, int offset, int length) => Add(array.AsSpan(offset, length));

    public override string Add(string array) => Add(array.AsSpan());

    public override string? Get(char[] array, int offset, int length) => Get(array.AsSpan(offset, length));

    public override string? Get(string array) => Get(array.AsSpan());

    private string Add(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty) return string.Empty;

        // The parser knows no other way to be stopped; FhirXmlReader turns it into a refusal.
        return TryIntern(name, out var id) ? this[id] : throw new XmlException("too many names");
    }

    private string? Get(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty) return string.Empty;
        if (KnownSpans.TryGetValue(name, out var id)) return Known[id];
        return unknownIds is not null && unknownIds.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out id) ? this[id] : null;
    }

    private static string[] Words() => """
        xml xmlns http://www.w3.org/2000/xmlns/ http://www.w3.org/XML/1998/namespace http://hl7.org/fhir http://www.w3.org/1999/xhtml
        Bundle MessageHeader Communication Patient RelatedPerson Practitioner PractitionerRole Organization Location HealthcareService
        Encounter EpisodeOfCare Procedure Observation DiagnosticReport Immunization CareTeam Provenance
        id meta versionId lastUpdated source profile security tag implicitRules language text div status contained extension modifierExtension
        url value type total link entry signature identifier timestamp fullUrl resource search request response relation
        system code display version userSelected coding reference use period start end family given prefix suffix line city district state
        postalCode country rank unit comparator numerator denominator
        valueIdentifier valueHumanName valueDateTime valueCodeableConcept valuePeriod valueAddress valueQuantity valueBoolean valueCode
        valueString valueReference valueInteger valueCoding valueUri valueDate valueInstant valueDecimal valueRange valueRatio
        event eventCoding eventUri destination receiver sender enterer author responsible reason focus definition name software contact endpoint target
        basedOn partOf notDone notDoneReason category medium subject recipient topic context sent received reasonCode reasonReference payload
        contentReference contentString contentAttachment note about inResponseTo instantiatesCanonical instantiatesUri statusReason priority
        active telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean multipleBirthInteger photo
        animal communication generalPractitioner managingOrganization other patient relationship qualification practitioner organization
        specialty location healthcareService availableTime notAvailable availabilityExceptions alias operationalStatus description mode
        physicalType form position providedBy comment extraDetails coverageArea serviceProvisionCode eligibility eligibilityNote programName program
        characteristic referralMethod appointmentRequired statusHistory class classHistory serviceType episodeOfCare incomingReferral participant individual
        appointment length diagnosis account hospitalization serviceProvider role condition referralRequest careManager team onBehalfOf member
        performedDateTime performedPeriod performer actor function recorder asserter outcome bodySite report complication complicationDetail followUp
        focalDevice usedReference usedCode encounter effectiveDateTime effectivePeriod issued dataAbsentReason interpretation method
        specimen device referenceRange related hasMember derivedFrom component result imagingStudy image media conclusion codedDiagnosis conclusionCode
        resultsInterpreter presentedForm
        notGiven vaccineCode date occurrenceDateTime occurrenceString recorded primarySource reportOrigin manufacturer lotNumber expirationDate site
        route doseQuantity explanation reasonNotGiven reaction vaccinationProtocol protocolApplied doseSequence doseNumberPositiveInt
        doseNumberString doseStatus series seriesDoses authority targetDisease fundingSource education isSubpotent
        occurredPeriod occurredDateTime policy activity agent who whoReference whoUri onBehalfOfReference onBehalfOfUri entity what
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
