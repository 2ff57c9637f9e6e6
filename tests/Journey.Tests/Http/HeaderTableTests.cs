using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>NEMS specification 2.3 and 2.4, as a caller sees them.</summary>
public sealed class HeaderTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Stu3Calls = ["publish", "create", "read", "delete"];

    private static readonly Dictionary<string, Action<ACall>> HeaderFaults = new(StringComparer.Ordinal)
    {
        ["no fromASID"] = call => call.Without("fromASID"),
        ["empty fromASID"] = call => call.With("fromASID", ""),
        ["fromASID twice"] = call => call.And("fromASID", TestRegistry.Supplier),
        ["fromASID of letters"] = call => call.With("fromASID", "ABC"),
        ["no toASID"] = call => call.Without("toASID"),
        ["toASID of letters"] = call => call.With("toASID", "nems"),
        ["toASID twice"] = call => call.And("toASID", TestRegistry.Nems),
        ["no InteractionID"] = call => call.Without("InteractionID"),
        ["InteractionID of another call"] = call => call.With("InteractionID", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiPut"),
        ["InteractionID twice"] = call => call.And("InteractionID", "urn:nhs:names:services:events:Newbornhearing.Write"),
    };

    private static readonly Dictionary<string, Action<ACall>> TokenFaults = new(StringComparer.Ordinal)
    {
        ["no Authorization"] = call => call.Without("Authorization"),
        ["Authorization of another kind"] = call => call.Without("Authorization").And("Authorization", "Basic bmVtczpuZW1z"),
        ["two sections"] = call => call.WithToken("eyJhbGciOiJub25lIn0.e30"),
        ["not base64"] = call => call.WithToken("%%%.e30."),
        ["base64 with stray bits"] = call => call.WithToken("e31.e31."),
        ["signed"] = call => call.WithToken("eyJhbGciOiJub25lIn0.e30.AAAA"),
        ["alg HS256"] = call => call.TokenHeader["alg"] = "HS256",
        ["no iss"] = call => call.Claim("iss", null),
        ["no aud"] = call => call.Claim("aud", null),
        ["no sub"] = call => call.Claim("sub", null),
        ["sub of another"] = call => call.Claim("sub", "https://fhir.nhs.uk/Id/accredited-system|1"),
        ["no iat"] = call => call.Claim("iat", null),
        ["expired"] = call => call.Claim("iat", 1_700_000_000).Claim("exp", 1_700_000_300),
        ["lives too long"] = call => call.Claim("exp", (long)call.Claims["iat"]! + 3601),
        ["for research"] = call => call.Claim("reason_for_request", "secondaryuses"),
        ["no scope"] = call => call.Claim("scope", null),
        ["scope of another call"] = call => call.Claim("scope", "patient/Patient.read"),
        ["no requesting_system"] = call => call.Claim("requesting_system", null),
        ["unknown ASID"] = call => call.With("fromASID", "999999999999").Claim("sub", "https://fhir.nhs.uk/Id/accredited-system|999999999999")
            .Claim("requesting_system", "https://fhir.nhs.uk/Id/accredited-system|999999999999"),
        ["ASID other than fromASID"] = call => call.With("fromASID", TestRegistry.OtherSubscriber),
        ["unknown organisation"] = call => call.Claim("requesting_organisation", "https://fhir.nhs.uk/Id/ods-organization-code|NOBODY"),
        ["organisation of another system"] = call => call.Claim("requesting_organisation", "https://fhir.nhs.uk/Id/ods-organization-code|Y12345"),
        ["two spellings that differ"] = call => call.Claim("requesting_organization", "https://fhir.nhs.uk/Id/ods-organization-code|Y12345"),
        ["faulty patient"] = call => call.Claim("requesting_patient", "http://fhir.nhs.net/Id/nhs-number|1234567890"),
    };

    public static TheoryData<string, string> HeaderCases => Cases(Stu3Calls, HeaderFaults.Keys);

    public static TheoryData<string, string> TokenCases => Cases([.. Stu3Calls, "publish R4"], TokenFaults.Keys);

    [Theory]
    [MemberData(nameof(HeaderCases))]
    public async Task A_faulty_header_is_a_400(string kind, string fault) =>
        await RefusedAsync(ACall.Of(kind).Change(HeaderFaults[fault]), 400, "MISSING_OR_INVALID_HEADER", "invalid");

    [Theory]
    [MemberData(nameof(TokenCases))]
    public async Task A_faulty_token_is_a_400(string kind, string fault) =>
        await RefusedAsync(ACall.Of(kind).Change(TokenFaults[fault]), 400, "MISSING_OR_INVALID_HEADER", "structure");

    [Theory]
    [InlineData("publish")]
    [InlineData("publish R4")]
    [InlineData("create")]
    [InlineData("read")]
    [InlineData("delete")]
    public async Task A_call_addressed_to_somebody_else_is_a_403(string kind) =>
        await RefusedAsync(ACall.Of(kind).With("toASID", "222222222222"), 403, "ASID_CHECK_FAILED", "forbidden");

    [Fact]
    public async Task On_R4_the_Spine_headers_may_be_left_out()
    {
        var answer = await ACall.Of("publish R4").Without("fromASID").Without("toASID").Without("InteractionID").SendAsync(service.Address);

        Assert.True(answer.Status == 202, answer.ToString());
    }

    [Theory]
    [InlineData("fromASID", "ABC")]
    [InlineData("toASID", "")]
    [InlineData("InteractionID", "urn:nhs:names:services:events:Newbornhearing.Read")]
    public async Task On_R4_a_given_Spine_header_must_be_right(string header, string value) =>
        await RefusedAsync(ACall.Of("publish R4").With(header, value), 400, "MISSING_OR_INVALID_HEADER", "invalid");

    [Theory]
    [InlineData("toASID is that of the caller")]
    [InlineData("no organisation")]
    [InlineData("an hour of life")]
    [InlineData("the American spelling")]
    [InlineData("InteractionID in other letters")]
    [InlineData("a user")]
    public async Task What_real_clients_need_is_accepted(string tolerance)
    {
        var call = ACall.Of("publish");
        switch (tolerance)
        {
            case "toASID is that of the caller": call.With("toASID", TestRegistry.Supplier); break;
            case "no organisation": call.Claim("requesting_organisation", null); break;
            case "an hour of life": call.Claim("exp", (long)call.Claims["iat"]! + 3600); break;
            case "the American spelling": call.Claim("requesting_organisation", null).Claim("requesting_organization", "https://fhir.nhs.uk/Id/ods-organization-code|A83627"); break;
            case "InteractionID in other letters": call.With("InteractionID", "urn:nhs:names:services:events:newbornhearing.Write"); break;
            case "a user":
                const string user = "https://fhir.nhs.uk/Id/sds-role-profile-id|1234";
                call.Claim("sub", user).Claim("requesting_user", user);
                break;
            default: throw new ArgumentException("No such tolerance.", nameof(tolerance));
        }

        var answer = await call.SendAsync(service.Address);

        Assert.True(answer.Status == 202, answer.ToString());
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Many_faults_are_told_in_one_outcome_with_the_status_of_the_first_in_order()
    {
        var call = ACall.Of("publish").Without("fromASID").Without("InteractionID").With("toASID", "222222222222")
            .With("Content-Type", "text/plain").With("Accept", "image/png").Claim("scope", null).Claim("iss", null);

        var answer = await call.SendAsync(service.Address);

        Assert.Equal(400, answer.Status);
        Assert.Equal(
            ["ASID_CHECK_FAILED", "MISSING_OR_INVALID_HEADER", "MISSING_OR_INVALID_HEADER", "MISSING_OR_INVALID_HEADER", "MISSING_OR_INVALID_HEADER", "UNSUPPORTED_MEDIA_TYPE", "UNSUPPORTED_MEDIA_TYPE"],
            answer.Codes().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Access_comes_before_media_type_and_that_before_the_body()
    {
        var foreign = await ACall.Of("publish").With("toASID", "222222222222").With("Content-Type", "text/plain").SendAsync(service.Address);
        var plain = await ACall.Of("publish").With("Content-Type", "text/plain").Change(call => call.Body = "not FHIR"u8.ToArray()).SendAsync(service.Address);

        Assert.Equal((403, 2), (foreign.Status, foreign.Codes().Length));
        Assert.Equal(415, plain.Status);
    }

    private async Task RefusedAsync(ACall call, int status, string code, string type)
    {
        var answer = await call.SendAsync(service.Address);

        Assert.True(answer.Status == status, answer.ToString());
        var issue = answer.Issues()[0];
        Assert.Equal("error", issue.Severity);
        Assert.Contains(answer.Issues(), one => one.Code == code && one.Type == type);
        Assert.All(answer.Issues(), one => Assert.Equal("https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1", one.System));
    }

    private static TheoryData<string, string> Cases(IEnumerable<string> calls, IEnumerable<string> faults)
    {
        var cases = new TheoryData<string, string>();
        foreach (var call in calls)
            foreach (var fault in faults) cases.Add(call, fault);
        return cases;
    }
}
