namespace Nems.Pds.Tests.Kit;

/// <summary>Patient resources as PDS writes them.</summary>
internal static class APatient
{
    public const string Postcode = "ZZ99 3VZ";
    public const string CurrentHome = """{"id":"456","use":"home","period":{"start":"2020-01-01"},"line":["1 Canary Row"],"postalCode":"ZZ99 3VZ"}""";
    public const string CurrentPractice = """{"id":"254406A3","type":"Organization","identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B86056","period":{"start":"2020-01-01"}}}""";
    public const string Unrestricted = """{"versionId":"2","security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"U","display":"unrestricted"}]}""";

    public static string Of(string id, string meta = Unrestricted, string address = CurrentHome, string practice = CurrentPractice) =>
        $$"""
        {"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{{id}}"}],"meta":{{meta}},
        "name":[{"use":"usual","given":["Canary"],"family":"SURNAME"}],"birthDate":"2010-10-22","address":[{{address}}],"generalPractitioner":[{{practice}}]}
        """;

    public static string WithSecurity(string id, params string[] codes) =>
        Of(id, $$"""{"security":[{{string.Join(',', codes.Select(code => $$"""{"code":"{{code}}"}"""))}}]}""");
}
