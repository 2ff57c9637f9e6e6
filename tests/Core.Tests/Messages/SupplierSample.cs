using Nems.Core.Events;
using static Nems.Core.Tests.Messages.Sample;

namespace Nems.Core.Tests.Messages;

/// <summary>The resources of professional contacts and vaccinations.</summary>
internal static class SupplierSample
{
    private const string Record = """<identifier><system value="https://supplier.example/records"/><value value="abc1111"/></identifier>""";

    public static string ProfessionalContacts(FhirRelease release, string kind) =>
        Organization("organization", "A83627", """<telecom><system value="phone"/><value value="0123 489 7854"/></telecom>""") + Patient(Home)
        + Entry("focus", "EpisodeOfCare", $"""
            {Record}<status value="{(kind == "delete" ? "entered-in-error" : "active")}"/>{Coded("type", "http://snomed.info/sct", "1078501000000104")}
            {Ref("patient", "patient")}{Ref("managingOrganization", "organization")}{Ref("team", "team")}
            """)
        + Entry("team", "CareTeam", Ref("subject", "patient"));

    public static string Vaccinations(FhirRelease release, string kind)
    {
        var isR4 = release == FhirRelease.R4;
        var url = isR4 ? "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure"
            : "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-VaccinationProcedure-1";
        return Entry("focus", "Immunization", $"""
            <extension url="{url}">{Coded("valueCodeableConcept", "http://snomed.info/sct", "170433008")}</extension>{Record}
            <status value="completed"/>{(isR4 ? "" : """<notGiven value="false"/>""")}{Coded("vaccineCode", "http://snomed.info/sct", "34925411000001109")}
            {Ref("patient", "patient")}{Ref("encounter", "encounter")}{(isR4 ? """<occurrenceDateTime value="2024-06"/>""" : """<date value="2024-06"/>""")}<primarySource value="true"/>
            """)
            + Organization("organization", "A83627") + Patient(Home) + ScreeningSample.Practitioner
            + Entry("service", "HealthcareService", $"""
                {Ref("providedBy", "organization")}{Coded("type", "http://snomed.info/sct", "1060971000000108")}
                {Coded("specialty", "https://fhir.nhs.uk/STU3/CodeSystem/Specialty-1", "290")}
                """)
            + Entry("encounter", "Encounter", $"""
                <status value="finished"/>{Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/EncounterType-1", "012")}{Ref("subject", "patient")}
                """)
            + Entry("role", "PractitionerRole", $"""
                {Ref("practitioner", "practitioner")}{Ref("organization", "organization")}
                {Coded("code", "https://fhir.nhs.uk/STU3/CodeSystem/ProfessionalType-1", "160")}
                {Coded("specialty", "https://fhir.nhs.uk/STU3/CodeSystem/Specialty-1", "290")}
                """);
    }
}
