using Nems.Core.Events;

namespace Nems.Core.Publish.Rules;

/// <summary>The URLs that the rules compare with. Where the releases differ, the caller asks by release.</summary>
internal static class Systems
{
    public const string RoutingDemographics = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-RoutingDemographics-1";
    public const string MessageEventTypeExtension = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-MessageEventType-1";
    public const string LegacyMessageEventTypeExtension = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-EMS-MessageEventType-1";
    public const string MessageEventType = "https://fhir.nhs.uk/STU3/CodeSystem/MessageEventType-1";
    public const string NhsNumber = Events.NhsNumber.System;
    public const string OdsCode = "https://fhir.nhs.uk/Id/ods-organization-code";
    public const string Snomed = "http://snomed.info/sct";
    public const string ChildHealthEncounterType = "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ChildHealthEncounterType-1";
    public const string EncounterType = "https://fhir.nhs.uk/STU3/CodeSystem/EncounterType-1";
    public const string ChildHealthSpecialty = "https://fhir.nhs.uk/STU3/CodeSystem/DCH-Specialty-1";
    public const string Specialty = "https://fhir.nhs.uk/STU3/CodeSystem/Specialty-1";
    public const string ChildHealthProfessionalType = "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ProfessionalType-1";
    public const string ProfessionalType = "https://fhir.nhs.uk/STU3/CodeSystem/ProfessionalType-1";
    public const string ProfessionalComment = "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ProfessionalCommentType-1";
    public const string BirthEpisode = "https://fhir.nhs.uk/STU3/CodeSystem/BirthEpisodeCategory-1";
    public const string RegisteringAuthorityType = "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-RegisteringAuthorityType-1";
    public const string StillBornIndicator = "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-StillBornIndicator-1";
    public const string CongenitalAbnormality = "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-SuspectedCongenitalAbnormalityIndicator-1";
    public const string HealthcareServiceType = "https://fhir.nhs.uk/STU3/CodeSystem/EMS-HealthcareServiceType-1";
    public const string CareProvisionType = "https://fhir.nhs.uk/STU3/CodeSystem/EMS-PDS-PatientCareProvisionType-1";
    public const string BirthTime = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";
    public const string NotGivenInR4 = "http://hl7.org/fhir/3.0/StructureDefinition/extension-Immunization.notGiven";

    /// <summary>Names of the first version of the specification, before 2.0.0, contain this.</summary>
    public const string LegacyMark = "/EMS-";

    public static string DeathNotificationStatusExtension(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-DeathNotificationStatus-1",
        FhirRelease.R4 => "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
    };

    public static string DeathNotificationStatus(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-DeathNotificationStatus-1",
        FhirRelease.R4 => "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus",
    };

    public static string VaccinationProcedure(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-VaccinationProcedure-1",
        FhirRelease.R4 => "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure",
    };

    public static string EthnicCategory(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-EthnicCategory-1",
        FhirRelease.R4 => "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory",
    };

    public static string RoleCode(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "http://hl7.org/fhir/v3/RoleCode",
        FhirRelease.R4 => "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    };

    public static string ObservationCategory(FhirRelease release) => release switch
    {
        FhirRelease.Stu3 => "http://hl7.org/fhir/observation-category",
        FhirRelease.R4 => "http://terminology.hl7.org/CodeSystem/observation-category",
    };
}
