using Nems.Core.Publish.Rules;
using Nems.Core.Tests.Messages;
using static Nems.Core.Events.EventType;
using static Nems.Core.Tests.Messages.Change;

namespace Nems.Core.Tests.Publish;

/// <summary>One row for each rule on Patient, Organization and the other resources that events share.</summary>
public sealed class ResourceRuleTests
{
    private const string Invalid = "INVALID_RESOURCE";
    private const string Number = """<value value="9912003888"/>""";
    private const string Other = """<value value="9990000018"/>""";
    private const string Bad = """<value value="9912003889"/>""";

    private static readonly RuleTable Table = new RuleTable()
        .Add("Patient is there", RecordChange, Both(Drop("focus"), In("header", Sample.Ref("focus", "focus"), Sample.Ref("focus", "organization"))), Invalid, Invalid, Warnings.ProvenanceTarget, Warnings.ReferenceUnresolved)
        .Add("Patient is there", Vaccinations, Drop("patient"), Invalid, Warnings.ReferenceUnresolved)
        .Add("one Patient", Vaccinations, Twice("patient"), Warnings.PatientCount)
        .Add("NHS number is there", Vaccinations, In("patient", Number, ""), Invalid)
        .Add("NHS number has the system", Vaccinations, In("patient", "https://fhir.nhs.uk/Id/nhs-number", "http://fhir.nhs.net/Id/nhs-number"), Invalid)
        .Add("NHS number of a mother may be absent", Birth, Cut("mother", "identifier"))
        .Add("NHS number of a baby is there", Birth, Cut("baby", "identifier"), Invalid)
        .Add("NHS number check digit", ChangeOfGp, In("patient", Number, Bad), Warnings.PatientNumberCheckDigit, Warnings.PatientNumberDiffers)
        .AddR4("NHS number check digit", ChangeOfGp, In("patient", Number, Bad), "INVALID_NHS_NUMBER", Invalid)
        .Add("NHS number check digit of a baby", Birth, In("baby", Other, Bad), Warnings.PatientNumberCheckDigit)
        .AddR4("NHS number check digit of a baby", Birth, In("baby", Other, Bad), "INVALID_NHS_NUMBER")
        .Add("NHS number is the routing one: supplier", Vaccinations, In("patient", Number, Other), Invalid)
        .Add("NHS number is the routing one: PDS", Death, In("patient", Number, Other), Warnings.PatientNumberDiffers)
        .AddR4("NHS number is the routing one: PDS", Death, In("patient", Number, Other), Invalid)
        .Add("a mother's number is the routing one", Birth, In("mother", Number, """<value value="9434765919"/>"""), Warnings.PatientNumberDiffers)
        .AddR4("a mother's number is the routing one", Birth, In("mother", Number, """<value value="9434765919"/>"""), Invalid)
        .Add("one NHS number", Vaccinations, In("patient", "<name>", $"""<identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/>{Number}</identifier><name>"""), Warnings.PatientIdentifierCount)
        .Add("official name", Vaccinations, In("patient", "official", "usual"), Warnings.PatientName)
        .Add("birthDate is there", ChangeOfGp, Cut("patient", "birthDate"), Warnings.PatientBirthDateMissing)
        .Add("birthDate of a record change is there", RecordChange, Cut("focus", "birthDate"), Invalid)
        .Add("name of a record change is there", RecordChange, Cut("focus", "name"), Invalid, Warnings.PatientName)
        .Add("identifier of a record change is there", RecordChange, Cut("focus", "identifier"), Invalid)
        .Add("birthDate is the routing one", Vaccinations, In("patient", """<birthDate value="1988-04-17"/>""", """<birthDate value="1988-04-18"/>"""), Warnings.PatientBirthDateDiffers)
        .Add("a mother's birthDate is the routing one", Birth, In("mother", """<birthDate value="1988-04-17"/>""", """<birthDate value="1988-04-18"/>"""), Warnings.PatientBirthDateDiffers)
        .Add("versionId in PDS events", ChangeOfGp, Cut("patient", "versionId"), Warnings.PatientVersionIdMissing)
        .Add("versionId of a record change", RecordChange, Cut("focus", "versionId"), Invalid)
        .Add("versionId of suppliers may be absent", Vaccinations, Cut("patient", "versionId"))
        .Add("Organization ODS code: screening", Nipe, Cut("organization", "identifier"), Invalid)
        .AddDelete("Organization ODS code: screening", Nipe, Cut("organization", "identifier"), Invalid)
        .Add("Organization ODS system", ChangeOfAddress, In("organization", "ods-organization-code", "ods-site-code"), Invalid)
        .Add("Organization name: death", Death, In("organization", """<name value="Organisation X26"/>""", ""), Invalid)
        .Add("Organization name: change of GP", ChangeOfGp, In("current", """<name value="Organisation b86056"/>""", ""), Invalid)
        .Add("Organization name: professional contacts", ProfessionalContacts, In("organization", """<name value="Organisation A83627"/>""", ""), Invalid)
        .Add("Organization name: vaccinations", Vaccinations, In("organization", """<name value="Organisation A83627"/>""", ""), Invalid)
        .Add("Organization identifier: birth", Birth, Cut("organization", "identifier"), Invalid)
        .Add("Organization identifier of the delivery place may be absent", Birth, Cut("delivery", "identifier"))
        .Add("Organization identifier is an ODS code: birth", Birth, In("organization", "ods-organization-code", "ods-site-code"), Warnings.OrganizationIdentifierSystem)
        .Add("Organization name of a birth may be absent", Birth, In("organization", """<name value="Organisation RR8"/>""", ""))
        .Add("some Organization: change of address", ChangeOfAddress, Drop("organization"), Warnings.OrganizationCount, Warnings.ReferenceUnresolved)
        .Add("at most two Organizations: death", Death, Twice("organization", 3), Warnings.OrganizationCount)
        .Add("some Organization: vaccinations", Vaccinations, Drop("organization"), Warnings.OrganizationCount, Warnings.ReferenceUnresolved)
        .Add("service specialty: screening", BloodSpot, Cut("service", "specialty"), Invalid)
        .Add("service specialty: vaccinations", Vaccinations, Cut("service", "specialty"), Warnings.HealthcareServiceSpecialty)
        .Add("service specialty of another list", BloodSpot, In("service", "DCH-Specialty-1", "Specialty-1"), Warnings.HealthcareServiceSpecialty)
        .Add("service type is PDS", Death, In("service", """<code value="PDS"/>""", """<code value="GP"/>"""), Warnings.HealthcareServiceType)
        .Add("service providedBy", BloodSpot, Cut("service", "providedBy"), Warnings.HealthcareServiceElements)
        .Add("one service", BloodSpot, Twice("service"), Warnings.ResourceCount)
        .Add("focus Communication is completed", ChangeOfGp, In("focus", "completed", "in-progress"), Invalid)
        .Add("focus Communication of a death is completed", Death, Cut("focus", "status"), Invalid)
        .AddR4("focus Communication is completed", ChangeOfAddress, In("focus", "completed", "not-done"), Invalid)
        .Add("focus Communication has a subject", ChangeOfGp, Cut("focus", "subject"), Warnings.CommunicationSubject)
        .Add("one Communication", ChangeOfGp, Twice("focus"), Warnings.ResourceCount)
        .Add("comment is completed", BloodSpot, In("comment", "completed", "preparation"), Warnings.CommentElements)
        .Add("comment category", BloodSpot, In("comment", """<code value="007"/>""", """<code value="009"/>"""), Warnings.CommentCategory)
        .Add("one comment", NewbornHearing, Twice("comment"), Warnings.ResourceCount);

    public static IEnumerable<TheoryDataRow<string>> Rules => Table.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_of_a_shared_resource_is_found(string rule) => Table.Check(rule);
}
