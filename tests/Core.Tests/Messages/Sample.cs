using Nems.Core.Events;

namespace Nems.Core.Tests.Messages;

/// <summary>
/// A valid message of each event type and release, in XML, that gives no problem and no warning. Ids are short words turned
/// into UUIDs, so that tests can say <c>Id("patient")</c>.
/// </summary>
internal static class Sample
{
    public const string Number = "9912003888";
    public const string OtherNumber = "9990000018";

    public static string Of(EventType type, FhirRelease release = FhirRelease.Stu3, string kind = "new")
    {
        var body = type.Code switch
        {
            "blood-spot-test-outcome-1" => ScreeningSample.BloodSpot(release, kind),
            "newborn-hearing-1" => ScreeningSample.Hearing(release, kind),
            "nipe-outcome-1" => ScreeningSample.Nipe(release, kind),
            "pds-birth-notification-1" => BirthSample.Body(release),
            "pds-death-notification-1" => PdsSample.Death(release),
            "pds-change-of-address-1" => PdsSample.ChangeOfAddress(release),
            "pds-change-of-gp-1" => PdsSample.ChangeOfGp(release),
            "pds-record-change-1" => PdsSample.RecordChange(release),
            "professional-contacts-1" => SupplierSample.ProfessionalContacts(release, kind),
            _ => SupplierSample.Vaccinations(release, kind),
        };
        var sent = """<timestamp value="2024-06-10T09:30:05+01:00"/>""";
        return $"""
            <Bundle xmlns="http://hl7.org/fhir"><id value="{Id("bundle")}"/><type value="message"/>{(release == FhirRelease.R4 ? sent : "")}
            {Header(type, release, kind, release == FhirRelease.R4 ? "" : sent)}
            {body}
            </Bundle>
            """;
    }

    public static string Id(string word)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(word)));
        return $"{hash[..8]}-{hash[8..12]}-4{hash[13..16]}-8{hash[17..20]}-{hash[20..32]}";
    }

    public static string Entry(string word, string type, string content) => $"""
        <entry><fullUrl value="urn:uuid:{Id(word)}"/><resource><{type}><id value="{Id(word)}"/>{content}</{type}></resource></entry>
        """;

    public static string Ref(string element, string word) => $"""<{element}><reference value="urn:uuid:{Id(word)}"/></{element}>""";

    public static string Coded(string element, string system, string code, string? display = null) =>
        $"<{element}>{Coding(system, code, display)}</{element}>";

    public static string Coding(string system, string code, string? display = null) =>
        $"""<coding><system value="{system}"/><code value="{code}"/>{(display is null ? "" : $"""<display value="{display}"/>""")}</coding>""";

    public static string Organization(string word, string ods, string more = "") => Entry(word, "Organization",
        $"""<identifier><system value="https://fhir.nhs.uk/Id/ods-organization-code"/><value value="{ods}"/></identifier><name value="Organisation {ods}"/>{more}""");

    public static string Patient(string more = "", string before = "", string birthDate = "1988-04-17") => Entry("patient", "Patient", $"""
        <meta><versionId value="12"/></meta>{before}
        <identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="{Number}"/></identifier>
        <name><use value="official"/><family value="HARTLEY"/><given value="Morgan"/></name><gender value="female"/><birthDate value="{birthDate}"/>{more}
        """);

    public static string Home => """<address><use value="home"/><line value="4 Sandmoor Drive"/><postalCode value="LS17 7DF"/></address>""";

    private static string Header(EventType type, FhirRelease release, string kind, string sent)
    {
        var named = release == FhirRelease.R4 ? "eventCoding" : "event";
        return Entry("header", "MessageHeader", $"""
            <meta><versionId value="1"/><lastUpdated value="2024-06-09T23:30:00+00:00"/></meta>
            <extension url="https://fhir.nhs.uk/STU3/StructureDefinition/Extension-RoutingDemographics-1">
            <extension url="nhsNumber"><valueIdentifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="{Number}"/></valueIdentifier></extension>
            <extension url="name"><valueHumanName><use value="official"/><family value="HARTLEY"/><given value="Morgan"/></valueHumanName></extension>
            <extension url="birthDateTime"><valueDateTime value="1988-04-17"/></extension>
            </extension>
            <extension url="https://fhir.nhs.uk/STU3/StructureDefinition/Extension-MessageEventType-1"><valueCodeableConcept>{Coding(
                "https://fhir.nhs.uk/STU3/CodeSystem/MessageEventType-1", kind, char.ToUpperInvariant(kind[0]) + kind[1..] + " event message")}</valueCodeableConcept></extension>
            <{named}><system value="https://fhir.nhs.uk/STU3/CodeSystem/EventType-1"/><code value="{type.Code}"/><display value="{type.Display}"/></{named}>
            {sent}
            <source><name value="A system"/><contact><system value="phone"/><value value="0191 1231234"/></contact><endpoint value="urn:nhs:addressing:asid:300000000161"/></source>
            {Ref("responsible", "organization")}{Ref("focus", "focus")}
            """);
    }
}
