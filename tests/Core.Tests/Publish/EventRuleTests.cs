using Nems.Core.Publish.Rules;
using Nems.Core.Tests.Messages;
using static Nems.Core.Events.EventType;
using static Nems.Core.Tests.Messages.Change;

namespace Nems.Core.Tests.Publish;

/// <summary>One row for each rule of the ten events.</summary>
public sealed class EventRuleTests
{
    private const string Invalid = "INVALID_RESOURCE";
    private const string Dch = "https://fhir.nhs.uk/STU3/CodeSystem/DCH-";

    private static readonly RuleTable Screening = new RuleTable()
        .Add("record identifier", NewbornHearing, In("focus", """<value value="abc1111"/>""", ""), Invalid)
        .AddDelete("record identifier", BloodSpot, Cut("focus", "identifier"), Invalid)
        .AddDelete("Encounter.status may be any", Nipe, In("focus", "entered-in-error", "cancelled"))
        .AddDelete("no Organization is needed", Nipe, Drop("organization"), Warnings.ReferenceUnresolved)
        .Add("Encounter.type", BloodSpot, Cut("focus", "type"), Invalid)
        .Add("Encounter.type list", BloodSpot, In("focus", Dch + "ChildHealthEncounterType-1", "https://example.org/types"), Warnings.EncounterTypeSystem)
        .Add("Encounter.subject", BloodSpot, Cut("focus", "subject"), Invalid)
        .Add("Encounter.serviceProvider", BloodSpot, Cut("focus", "serviceProvider"), Invalid)
        .Add("Encounter.period.start", NewbornHearing, Cut("focus", "period"), Invalid)
        .Add("Encounter.period.start", Nipe, Cut("focus", "period"), Invalid)
        .Add("Encounter.period.start may be absent", BloodSpot, Cut("focus", "period"))
        .Add("an Organization", BloodSpot, Drop("organization"), Invalid, Warnings.ReferenceUnresolved)
        .Add("one Organization", BloodSpot, Twice("organization"), Warnings.ResourceCount)
        .Add("at most 11 Procedures", BloodSpot, Twice("pku", 11), Invalid)
        .Add("no Procedure is needed", BloodSpot, Both(Drop("pku"), Drop("cf")))
        .Add("at most 6 Procedures", NewbornHearing, Twice("aoae", 6), Invalid, Warnings.ResourceCount)
        .Add("at most 2 brainstem tests", NewbornHearing, Twice("aabr", 3), Warnings.ResourceCount)
        .Add("no Procedure is needed", NewbornHearing, Both(Drop("aabr"), Drop("aoae")))
        .Add("at least 3 Procedures", Nipe, Drop("hips"), Invalid)
        .Add("at most 4 Procedures", Nipe, Twice("hips", 3), Invalid)
        .Add("Procedure.subject", Nipe, Cut("hips", "subject"), Invalid)
        .Add("Procedure.code", BloodSpot, Cut("pku", "code"), Invalid)
        .Add("Procedure.outcome", BloodSpot, Cut("pku", "outcome"), Invalid)
        .AddR4("Procedure.outcome", BloodSpot, Cut("pku", "outcome"), Invalid)
        .Add("outcome system", BloodSpot, In("pku", """<outcome><coding><system value="http://snomed.info/sct"/>""", """<outcome><coding><system value="https://example.org/outcome"/>"""), Warnings.OutcomeSystem)
        .Add("outcome list", NewbornHearing, In("aabr", "1085431000000105", "1085491000000106"), Warnings.OutcomeCode)
        .Add("test list: the older cystic fibrosis code", BloodSpot, In("cf", "171191008", "314080004"), Warnings.ProcedureCode)
        .Add("test display", BloodSpot, In("cf", "Cystic fibrosis screening", "CF"), Warnings.ProcedureDisplay)
        .Add("performedDateTime", NewbornHearing, Cut("aabr", "performedDateTime"), Invalid)
        .Add("performedDateTime may be absent", BloodSpot, Cut("pku", "performedDateTime"))
        .Add("a summary", NewbornHearing, Drop("summary"), Invalid)
        .Add("one summary", NewbornHearing, Twice("summary"), Invalid)
        .Add("summary value", NewbornHearing, Cut("summary", "valueCodeableConcept"), Invalid)
        .Add("summary time", NewbornHearing, Cut("summary", "effectiveDateTime"), Invalid)
        .Add("summary subject", NewbornHearing, Cut("summary", "subject"), Warnings.ObservationSubject)
        .Add("a DiagnosticReport", BloodSpot, Drop("report"), Invalid)
        .Add("one DiagnosticReport", BloodSpot, Twice("report"), Invalid)
        .Add("DiagnosticReport.issued", BloodSpot, Cut("report", "issued"), Invalid)
        .Add("DiagnosticReport.subject", BloodSpot, Cut("report", "subject"), Invalid)
        .Add("a Practitioner", Nipe, Both(Drop("practitioner"), Drop("role")), Invalid)
        .Add("one Practitioner", Nipe, Twice("practitioner"), Invalid)
        .Add("PractitionerRole.specialty", Nipe, Cut("role", "specialty"), Invalid)
        .Add("PractitionerRole.specialty list", Nipe, In("role", Dch + "Specialty-1", "https://example.org/s"), Warnings.PractitionerRoleSpecialty)
        .Add("PractitionerRole.specialty may be absent", NewbornHearing, Cut("role", "specialty"))
        .Add("PractitionerRole.code list", NewbornHearing, In("role", Dch + "ProfessionalType-1", "https://example.org/p"), Warnings.PractitionerRoleCode)
        .Add("PractitionerRole.practitioner", NewbornHearing, Cut("role", "practitioner"), Warnings.PractitionerRoleElements)
        .Add("BCG code", Nipe, In("bcg", "bcg-eligibility", "bcg"), Warnings.BcgCode)
        .Add("BCG value", Nipe, In("bcg", "eligible-for-bcg", "maybe"), Warnings.BcgCode)
        .Add("BCG may be absent", Nipe, Drop("bcg"));

    private static readonly RuleTable Births = new RuleTable()
        .Add("one Communication", Birth, Twice("focus"), Invalid)
        .Add("two Patients", Birth, Drop("mother"), Invalid, "REFERENCE_NOT_FOUND", Warnings.ReferenceUnresolved)
        .Add("not three Patients", Birth, Twice("baby"), Invalid)
        .Add("a RelatedPerson", Birth, Drop("relative"), Invalid, Warnings.ReferenceUnresolved)
        .Add("relationship is NMTH", Birth, In("relative", "NMTH", "MTH"), Warnings.Relationship)
        .AddR4("relationship has the system of the release", Birth, In("relative", "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "http://hl7.org/fhir/v3/RoleCode"), Warnings.Relationship)
        .Add("mother's link", Birth, Cut("mother", "link"), Warnings.MotherLink)
        .Add("a Practitioner", Birth, Drop("practitioner"), Invalid)
        .Add("Practitioner's given name", Birth, Cut("practitioner", "given"), Invalid)
        .Add("Practitioner's family name", Birth, Cut("practitioner", "family"), Invalid)
        .Add("number of births", Birth, Drop("births"), Invalid)
        .Add("birth weight", Birth, Drop("weight"), Invalid)
        .Add("birth weight in LOINC alone", Birth, In("weight", """<system value="http://snomed.info/sct"/><code value="364589006"/>""", """<system value="http://loinc.org"/><code value="29463-7"/>"""))
        .Add("gestation", Birth, Drop("gestation"), Invalid)
        .Add("stillborn indicator", Birth, Drop("still"), Invalid)
        .Add("congenital abnormality", Birth, Twice("abnormal"), Invalid)
        .Add("observation of the wrong patient", Birth, In("weight", Sample.Id("baby"), Sample.Id("mother")), Warnings.ObservationSubject)
        .Add("observation without value", Birth, Cut("gestation", "valueQuantity"), Warnings.ObservationValue)
        .Add("stillborn code", Birth, In("still", """<code value="1"/>""", """<code value="9"/>"""), Warnings.ObservationValue)
        .Add("category of the weight", Birth, In("weight", "vital-signs", "exam"), Warnings.ObservationCategory)
        .Add("managingOrganization", Birth, Cut("place", "managingOrganization"), Invalid)
        .Add("registering authority", Birth, Drop("authority"), Warnings.RegisteringAuthority)
        .Add("baby's gender", Birth, Cut("baby", "gender"), Warnings.BabyElements)
        .Add("baby's time of birth", Birth, Cut("baby", "valueDateTime"), Warnings.BabyElements)
        .Add("delivery place may be absent", Birth, Drop("place"));

    private static readonly RuleTable Pds = new RuleTable()
        .Add("status extension", Death, In("patient", "DeathNotificationStatus-1", "Other-1"), Invalid)
        .AddR4("status extension of the release", Death, In("patient", "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-", "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-"), Invalid)
        .Add("status code", Death, In("patient", """<code value="2"/>""", """<code value="3"/>"""), Invalid)
        .Add("status system", Death, In("patient", "CodeSystem/CareConnect-DeathNotificationStatus-1", "CodeSystem/Other"), Warnings.DeathStatusSystem)
        .Add("systemEffectiveDate", Death, Cut("patient", "valueDateTime"), Invalid)
        .Add("deceasedDateTime of a formal status", Death, Cut("patient", "deceasedDateTime"), Invalid)
        .Add("deceasedDateTime of a removed status", Death, In("patient", """<code value="2"/>""", """<code value="U"/>"""), Invalid)
        .Add("a removed status", Death, Both(Cut("patient", "deceasedDateTime"), In("patient", """<code value="2"/>""", """<code value="U"/>""")))
        .Add("a home address", ChangeOfAddress, In("patient", """<use value="home"/>""", """<use value="temp"/>"""), Invalid)
        .Add("an old address", ChangeOfAddress, Cut("patient", "address"), Invalid)
        .Add("one home address", ChangeOfAddress, In("patient", """<use value="old"/>""", """<use value="home"/>"""), Invalid, Invalid)
        .Add("address line", ChangeOfAddress, Cut("patient", "line"), Invalid)
        .Add("address postalCode", ChangeOfAddress, Cut("patient", "postalCode"), Invalid)
        .Add("address period.start", ChangeOfAddress, Cut("patient", "period"), Invalid)
        .Add("address text", ChangeOfAddress, Cut("patient", "text"), Warnings.AddressText)
        .AddR4("address postalCode", ChangeOfAddress, Cut("patient", "postalCode"), Invalid)
        .Add("episode is finished", ChangeOfGp, In("episode", "finished", "active"), Invalid)
        .Add("episode type", ChangeOfGp, In("episode", """<code value="1"/>""", """<code value="2"/>"""), Invalid)
        .Add("episode type system", ChangeOfGp, In("episode", "EMS-PDS-PatientCareProvisionType-1", "Other"), Warnings.EpisodeTypeSystem)
        .Add("episode managingOrganization", ChangeOfGp, Cut("episode", "managingOrganization"), Invalid)
        .Add("episode patient", ChangeOfGp, Cut("episode", "patient"), Warnings.EpisodePatient)
        .Add("one episode", ChangeOfGp, Twice("episode"), Warnings.ResourceCount)
        .Add("Organization.partOf", ChangeOfGp, Cut("previous", "partOf"), Invalid)
        .Add("a first registration", ChangeOfGp, Drop("episode"))
        .Add("a de-registration", ChangeOfGp, Cut("patient", "generalPractitioner"))
        .Add("a new or a previous practice", ChangeOfGp, Both(Cut("patient", "generalPractitioner"), Drop("episode")), Invalid)
        .Add("Provenance.target", RecordChange, Cut("provenance", "target"), Invalid)
        .Add("Provenance.target is the Patient", RecordChange, In("provenance", Sample.Ref("target", "focus"), Sample.Ref("target", "organization")), Warnings.ProvenanceTarget)
        .Add("Provenance.recorded", RecordChange, Cut("provenance", "recorded"), Invalid)
        .Add("Provenance.agent", RecordChange, Cut("provenance", "agent"), Invalid)
        .Add("Provenance.agent.whoReference", RecordChange, In("provenance", Sample.Ref("whoReference", "organization"), """<whoUri value="urn:x"/>"""), Invalid)
        .AddR4("Provenance.agent.who", RecordChange, In("provenance", Sample.Ref("who", "organization"), Sample.Ref("whoReference", "organization")), Invalid)
        .Add("Provenance may be absent", RecordChange, Drop("provenance"))
        .Add("one Provenance", RecordChange, Twice("provenance"), Warnings.ResourceCount);

    private static readonly RuleTable Suppliers = new RuleTable()
        .Add("record identifier", ProfessionalContacts, Cut("focus", "identifier"), Invalid)
        .Add("status", ProfessionalContacts, Cut("focus", "status"), Invalid)
        .Add("type", ProfessionalContacts, Cut("focus", "type"), Invalid)
        .Add("managingOrganization", ProfessionalContacts, Cut("focus", "managingOrganization"), Invalid)
        .Add("managingOrganization resolves", ProfessionalContacts, In("focus", Sample.Id("organization"), Sample.Id("nowhere")), "REFERENCE_NOT_FOUND")
        .Add("managingOrganization is in the Bundle", ProfessionalContacts, In("focus", $"urn:uuid:{Sample.Id("organization")}", "https://directory.spineservices.nhs.uk/STU3/Organization/A83627"), Invalid)
        .Add("managingOrganization is an Organization", ProfessionalContacts, In("focus", Sample.Ref("managingOrganization", "organization"), Sample.Ref("managingOrganization", "patient")), Invalid)
        .Add("telecom", ProfessionalContacts, Cut("organization", "telecom"), Invalid)
        .AddDelete("telecom", ProfessionalContacts, Cut("organization", "telecom"), Invalid)
        .Add("record identifier", Vaccinations, Cut("focus", "identifier"), Invalid)
        .Add("vaccinationProcedure", Vaccinations, In("focus", "VaccinationProcedure-1", "Other-1"), Invalid)
        .Add("vaccinationProcedure in words", Vaccinations, In("focus", Sample.Coding("http://snomed.info/sct", "170433008"), """<text value="a vaccination"/>"""))
        .AddR4("vaccinationProcedure", Vaccinations, In("focus", "Extension-UKCore-VaccinationProcedure", "Other"), Invalid)
        .Add("notGiven", Vaccinations, Cut("focus", "notGiven"), Invalid)
        .AddDelete("notGiven", Vaccinations, Cut("focus", "notGiven"), Invalid)
        .Add("notGiven is a boolean", Vaccinations, In("focus", """<notGiven value="false"/>""", """<notGiven value="no"/>"""), Invalid)
        .Add("reasonNotGiven", Vaccinations, In("focus", """<notGiven value="false"/>""", """<notGiven value="true"/>"""), Invalid)
        .Add("reasonNotGiven is given", Vaccinations, Both(In("focus", """<notGiven value="false"/>""", """<notGiven value="true"/>"""), In("focus", "</Immunization>", """<explanation><reasonNotGiven><text value="declined"/></reasonNotGiven></explanation></Immunization>""")))
        .AddR4("statusReason", Vaccinations, In("focus", "completed", "not-done"), Invalid)
        .AddR4("statusReason is given", Vaccinations, Both(In("focus", "completed", "not-done"), In("focus", "</Immunization>", """<statusReason><text value="declined"/></statusReason></Immunization>""")))
        .AddR4("status", Vaccinations, Cut("focus", "status"), Invalid)
        .Add("vaccineCode", Vaccinations, Cut("focus", "vaccineCode"), Invalid)
        .Add("date", Vaccinations, Cut("focus", "date"), Invalid)
        .AddR4("occurrenceDateTime", Vaccinations, In("focus", """<occurrenceDateTime value="2024-06"/>""", """<occurrenceString value="June"/>"""), Invalid)
        .Add("primarySource", Vaccinations, Cut("focus", "primarySource"), Invalid)
        .AddR4("primarySource", Vaccinations, Cut("focus", "primarySource"), Invalid)
        .Add("PractitionerRole.code", Vaccinations, Cut("role", "code"), Invalid)
        .Add("PractitionerRole.code list", Vaccinations, In("role", "CodeSystem/ProfessionalType-1", "CodeSystem/Other"), Warnings.PractitionerRoleCode)
        .Add("PractitionerRole.specialty", Vaccinations, Cut("role", "specialty"), Invalid)
        .Add("PractitionerRole.organization", Vaccinations, Cut("role", "organization"), Invalid)
        .Add("PractitionerRole.practitioner", Vaccinations, Cut("role", "practitioner"), Invalid)
        .Add("Encounter.type list", Vaccinations, In("encounter", "CodeSystem/EncounterType-1", "CodeSystem/DCH-ChildHealthEncounterType-1"), Warnings.EncounterTypeSystem)
        .Add("Encounter.subject", Vaccinations, Cut("encounter", "subject"), Warnings.EncounterElements);

    public static IEnumerable<TheoryDataRow<string>> ScreeningRules => Screening.Names;

    public static IEnumerable<TheoryDataRow<string>> BirthRules => Births.Names;

    public static IEnumerable<TheoryDataRow<string>> PdsRules => Pds.Names;

    public static IEnumerable<TheoryDataRow<string>> SupplierRules => Suppliers.Names;

    [Theory]
    [MemberData(nameof(ScreeningRules))]
    public void A_broken_rule_of_a_screening_event_is_found(string rule) => Screening.Check(rule);

    [Theory]
    [MemberData(nameof(BirthRules))]
    public void A_broken_rule_of_a_birth_is_found(string rule) => Births.Check(rule);

    [Theory]
    [MemberData(nameof(PdsRules))]
    public void A_broken_rule_of_a_PDS_event_is_found(string rule) => Pds.Check(rule);

    [Theory]
    [MemberData(nameof(SupplierRules))]
    public void A_broken_rule_of_a_supplier_event_is_found(string rule) => Suppliers.Check(rule);
}
