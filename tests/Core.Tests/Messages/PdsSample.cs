using Nems.Core.Events;
using static Nems.Core.Tests.Messages.Sample;

namespace Nems.Core.Tests.Messages;

/// <summary>The resources of the PDS events but the birth.</summary>
internal static class PdsSample
{
    public static string Service => Entry("service", "HealthcareService",
        Ref("providedBy", "organization") + Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/EMS-HealthcareServiceType-1", "PDS"));

    public static string Communication(string subject) => Entry("focus", "Communication",
        $"""<status value="completed"/>{Ref("subject", subject)}<sent value="2024-06-10"/>{Ref("sender", "organization")}""");

    public static string Death(FhirRelease release)
    {
        var isR4 = release == FhirRelease.R4;
        var url = isR4 ? "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus"
            : "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-DeathNotificationStatus-1";
        var system = isR4 ? "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus"
            : "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-DeathNotificationStatus-1";
        return Communication("patient") + Organization("organization", "X26") + Service + Patient(
            """<deceasedDateTime value="2024-06-08"/>""" + Home, $"""
            <extension url="{url}"><extension url="deathNotificationStatus">{Coded("valueCodeableConcept", system, "2")}</extension><extension
            url="systemEffectiveDate"><valueDateTime value="2024-06-09T23:30:00+00:00"/></extension></extension>
            """);
    }

    public static string ChangeOfAddress(FhirRelease release) => Communication("patient") + Organization("organization", "X26") + Service + Patient($"""
        <address><use value="old"/><text value="3 WELLHOUSE CLOSE, WF14 0BQ"/><line value="3 WELLHOUSE CLOSE"/><postalCode value="WF14 0BQ"/><period><start value="2019-10-02"/></period></address>
        <address><use value="home"/><text value="4 SANDMOOR DRIVE, LS17 7DF"/><line value="4 SANDMOOR DRIVE"/><postalCode value="LS17 7DF"/><period><start value="2024-06-08"/></period></address>
        """);

    public static string ChangeOfGp(FhirRelease release) => Communication("patient") + Organization("organization", "X26", PartOf) + Service
        + Patient(Home + Ref("generalPractitioner", "current")) + Organization("current", "b86056", PartOf) + Organization("previous", "B85612", PartOf)
        + Entry("episode", "EpisodeOfCare", $"""
            <status value="finished"/>{Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-PatientCareProvisionType-1", "1")}
            {Ref("patient", "patient")}{Ref("managingOrganization", "previous")}
            """);

    public static string RecordChange(FhirRelease release) => Patient().Replace(Id("patient"), Id("focus")) + Organization("organization", "X26")
        + Entry("provenance", "Provenance", $"""
            {Ref("target", "focus")}<recorded value="2024-06-09T23:30:00Z"/><agent>{Ref(release == FhirRelease.R4 ? "who" : "whoReference", "organization")}</agent>
            """);

    private static string PartOf => """<partOf><reference value="https://directory.spineservices.nhs.uk/STU3/Organization/02V"/></partOf>""";
}
