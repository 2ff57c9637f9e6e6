namespace Nems.Core.Publish.Rules;

/// <summary>The names under which breaches that refuse nothing are logged and counted. Stable: dashboards and tests rely on them.</summary>
internal static class Warnings
{
    // Envelope
    public const string FullUrlForm = "full-url-form";
    public const string ElementOrder = "element-order";
    public const string DateForm = "date-form";
    public const string TimestampForm = "timestamp-form";
    public const string ExtensionUrlNotAbsolute = "extension-url-not-absolute";
    public const string ReferenceUnresolved = "reference-unresolved";
    public const string SnomedCheckDigit = "snomed-check-digit";

    // MessageHeader
    public const string InteractionIdLetterCase = "interaction-id-letter-case";
    public const string EventDisplay = "event-display";
    public const string EventUserSelected = "event-user-selected";
    public const string MessageEventTypeDisplay = "message-event-type-display";
    public const string MessageEventTypeExtras = "message-event-type-extras";
    public const string VersionIdNotInteger = "version-id-not-integer";
    public const string SourceNameMissing = "source-name-missing";
    public const string ContactValueForm = "contact-value-form";
    public const string HeaderElement = "message-header-element";
    public const string SeveralDestinations = "several-destinations";
    public const string RoutingNumberCheckDigit = "routing-nhs-number-check-digit";
    public const string RoutingName = "routing-name";
    public const string BirthDateNoDay = "routing-birth-date-no-day";

    // Patient, Organization, shared resources
    public const string PatientCount = "patient-count";
    public const string PatientIdentifierCount = "patient-nhs-number-count";
    public const string PatientNumberCheckDigit = "patient-nhs-number-check-digit";
    public const string PatientNumberDiffers = "patient-nhs-number-differs";
    public const string PatientName = "patient-name";
    public const string PatientBirthDateMissing = "patient-birth-date-missing";
    public const string PatientBirthDateDiffers = "patient-birth-date-differs";
    public const string PatientVersionIdMissing = "patient-version-id-missing";
    public const string OrganizationCount = "organization-count";
    public const string OrganizationIdentifierSystem = "organization-identifier-system";
    public const string HealthcareServiceElements = "healthcare-service-elements";
    public const string HealthcareServiceSpecialty = "healthcare-service-specialty";
    public const string HealthcareServiceType = "healthcare-service-type";
    public const string ResourceCount = "resource-count";
    public const string CommunicationSubject = "communication-subject";
    public const string CommentElements = "comment-elements";
    public const string CommentCategory = "comment-category";
    public const string PractitionerRoleElements = "practitioner-role-elements";
    public const string PractitionerRoleCode = "practitioner-role-code";
    public const string PractitionerRoleSpecialty = "practitioner-role-specialty";

    // Events
    public const string EncounterTypeSystem = "encounter-type-system";
    public const string ProcedureCode = "procedure-code";
    public const string ProcedureDisplay = "procedure-display";
    public const string OutcomeSystem = "outcome-system";
    public const string OutcomeCode = "outcome-code";
    public const string ObservationSubject = "observation-subject";
    public const string ObservationValue = "observation-value";
    public const string ObservationCategory = "observation-category";
    public const string BcgCode = "bcg-code";
    public const string Relationship = "relationship-not-nmth";
    public const string RegisteringAuthority = "registering-authority-missing";
    public const string MotherLink = "mother-link-missing";
    public const string BabyElements = "baby-elements";
    public const string AddressText = "address-text-missing";
    public const string DeathStatusSystem = "death-status-system";
    public const string EpisodeTypeSystem = "episode-type-system";
    public const string EpisodePatient = "episode-patient-missing";
    public const string ProvenanceTarget = "provenance-target-not-patient";
    public const string EncounterElements = "encounter-elements";
}
