using Nems.Core.Events;
using static Nems.Core.Tests.Messages.Sample;

namespace Nems.Core.Tests.Messages;

/// <summary>The resources of a birth notification.</summary>
internal static class BirthSample
{
    private const string Snomed = "http://snomed.info/sct";
    private const string Quantity = """<valueQuantity><value value="1"/></valueQuantity>""";

    public static string Body(FhirRelease release)
    {
        var isR4 = release == FhirRelease.R4;
        var roles = isR4 ? "http://terminology.hl7.org/CodeSystem/v3-RoleCode" : "http://hl7.org/fhir/v3/RoleCode";
        var categories = isR4 ? "http://terminology.hl7.org/CodeSystem/observation-category" : "http://hl7.org/fhir/observation-category";
        return PdsSample.Communication("mother") + Mother + Baby(isR4) + PdsSample.Service
            + Entry("relative", "RelatedPerson", Ref("patient", "baby") + Coded("relationship", roles, "NMTH"))
            + Entry("practitioner", "Practitioner", """<name><family value="JONES"/><given value="Jane"/></name>""")
            + Observation("births", "382341000000101", "mother", Quantity)
            + Observation("weight", "364589006", "baby", Quantity, Coded("category", categories, "vital-signs"))
            + Observation("gestation", "412726003", "baby", Quantity)
            + Observation("still", "237364002", "baby", Coded("valueCodeableConcept", "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-StillBornIndicator-1", "1"))
            + Observation("abnormal", "1097291000000101", "baby",
                Coded("valueCodeableConcept", "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-SuspectedCongenitalAbnormalityIndicator-1", "N"))
            + Episode("authority", "registering-authority", "organization") + Episode("place", "delivery-place", "delivery")
            + Organization("organization", "RR8").Replace("<name value=",
                Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-RegisteringAuthorityType-1", "c") + "<name value=", StringComparison.Ordinal)
            + Organization("delivery", "RR830");
    }

    private static string Mother => Entry("mother", "Patient", $"""
        <identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="{Number}"/></identifier>
        <name><use value="official"/><family value="HARTLEY"/><given value="Morgan"/></name><birthDate value="1988-04-17"/>
        <generalPractitioner><reference value="https://directory.spineservices.nhs.uk/STU3/Organization/A00001"/></generalPractitioner>
        <link>{Ref("other", "relative")}<type value="seealso"/></link>
        """);

    private static string Baby(bool isR4) => Entry("baby", "Patient", $"""
        <meta><versionId value="1"/></meta>
        <extension url="{(isR4 ? "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory"
            : "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-EthnicCategory-1")}">{Coded("valueCodeableConcept", "https://example.org/ethnic", "A")}</extension>
        <identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="{OtherNumber}"/></identifier>
        <name><use value="official"/><family value="HARTLEY"/><given value="Robin"/></name><gender value="male"/>
        <birthDate value="2024-06-09"><extension url="http://hl7.org/fhir/StructureDefinition/patient-birthTime"><valueDateTime value="2024-06-09T20:12:00+01:00"/></extension></birthDate>
        <address><line value="1 MILL LANE"/><postalCode value="LS1 1AA"/></address><multipleBirthInteger value="1"/>
        <generalPractitioner><reference value="https://directory.spineservices.nhs.uk/STU3/Organization/B00002"/></generalPractitioner>
        """);

    private static string Observation(string word, string code, string subject, string value, string category = "") => Entry(word, "Observation",
        $"""<status value="final"/>{category}{Coded("code", Snomed, code)}{Ref("subject", subject)}{value}""");

    private static string Episode(string word, string code, string organization) => Entry(word, "EpisodeOfCare", $"""
        <status value="active"/>{Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/BirthEpisodeCategory-1", code)}{Ref("patient", "baby")}{Ref("managingOrganization", organization)}
        """);
}
