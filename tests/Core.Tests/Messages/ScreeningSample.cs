using Nems.Core.Events;
using static Nems.Core.Tests.Messages.Sample;

namespace Nems.Core.Tests.Messages;

/// <summary>The resources of the screening events.</summary>
internal static class ScreeningSample
{
    private const string Snomed = "http://snomed.info/sct";

    public static string BloodSpot(FhirRelease release, string kind) => Of(release, kind, "008", "007",
        Procedure(release, "pku", "314081000", "Phenylketonuria screening test", "314081000")
        + Procedure(release, "cf", "171191008", "Cystic fibrosis screening", "171191008")
        + Entry("report", "DiagnosticReport", $"""
            <status value="final"/>{Coded("code", Snomed, "866371000000107")}{Ref("subject", "patient")}<issued value="2024-06-09T10:00:00+01:00"/>
            """));

    public static string Hearing(FhirRelease release, string kind) => Of(release, kind, "007", "008",
        Procedure(release, "aabr", "413083006", "Automated auditory brainstem response test", "1085431000000105")
        + Procedure(release, "aoae", "446077009", "Automated otoacoustic emission test", "1085491000000106")
        + Entry("summary", "Observation", $"""
            <status value="final"/>{Coded("code", Snomed, "276771000000107")}{Ref("subject", "patient")}{Ref(Context(release), "focus")}<effectiveDateTime value="2024-06-09T10:00:00+01:00"/>
            {Coded("valueCodeableConcept", Snomed, "276781000000109")}
            """)
        + Practitioner + Role);

    public static string Nipe(FhirRelease release, string kind) => Of(release, kind, "006", "009",
        Procedure(release, "hips", "985531000000102", "Newborn and Infant Physical Examination Screening Programme, hip examination", "985891000000104")
        + Procedure(release, "eyes", "988361000000105", "Newborn and Infant Physical Examination Screening Programme, eye examination", "989071000000108")
        + Procedure(release, "heart", "988351000000107", "Newborn and Infant Physical Examination Screening Programme, heart examination", "988511000000100")
        + Entry("bcg", "Observation", $"""
            <status value="final"/><code><coding><code value="bcg-eligibility"/></coding></code>{Ref("subject", "patient")}
            <valueCodeableConcept><coding><code value="eligible-for-bcg"/></coding></valueCodeableConcept>
            """)
        + Practitioner + Role);

    public static string Practitioner => Entry("practitioner", "Practitioner", """<name><family value="EMMANUEL"/><given value="Gladys"/></name>""");

    private static string Role => Entry("role", "PractitionerRole", $"""
        {Ref("practitioner", "practitioner")}{Ref("organization", "organization")}
        {Coded("code", "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ProfessionalType-1", "160")}
        {Coded("specialty", "https://fhir.nhs.uk/STU3/CodeSystem/DCH-Specialty-1", "290")}
        """);

    public static string Context(FhirRelease release) => release == FhirRelease.R4 ? "encounter" : "context";

    private static string Of(FhirRelease release, string kind, string encounter, string comment, string rest)
    {
        var record = """<identifier><system value="https://supplier.example/records"/><value value="abc1111"/></identifier>""";
        return kind == "delete"
            ? Entry("focus", "Encounter", record + """<status value="entered-in-error"/>""") + Organization("organization", "RR8")
            : Entry("focus", "Encounter", $"""
                {record}<status value="finished"/>
                {Coded("type", "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ChildHealthEncounterType-1", encounter)}{Ref("subject", "patient")}
                <period><start value="2024-06-09"/></period>{Ref("serviceProvider", "organization")}
                """)
            + Organization("organization", "RR8") + Patient(Home) + rest
            + Entry("service", "HealthcareService", $"""
                {Ref("providedBy", "organization")}{Coded("type", Snomed, "310008001")}
                {Coded("specialty", "https://fhir.nhs.uk/STU3/CodeSystem/DCH-Specialty-1", "254")}
                """)
            + Entry("comment", "Communication", $"""
                <status value="completed"/>{Coded("category", "https://fhir.nhs.uk/STU3/CodeSystem/DCH-ProfessionalCommentType-1", comment)}
                {Ref("subject", "patient")}{Ref(Context(release), "focus")}{Ref("sender", "organization")}
                """);
    }

    private static string Procedure(FhirRelease release, string word, string code, string display, string outcome) => Entry(word, "Procedure", $"""
        <status value="completed"/>{Coded("code", Snomed, code, display)}{Ref("subject", "patient")}{Ref(Context(release), "focus")}
        <performedDateTime value="2024-06-09T09:00:00+01:00"/>{Coded("outcome", Snomed, outcome)}
        """);
}
