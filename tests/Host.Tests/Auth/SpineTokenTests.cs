using System.Text.Json.Nodes;
using Nems.Api;
using Nems.Core.Problems;

namespace Nems.Host.Tests.Auth;

public sealed class SpineTokenTests : IDisposable
{
    private readonly Gate gate = new();

    public void Dispose() => gate.Dispose();

    [Fact]
    public async Task A_good_token_tells_the_system_and_the_organisation()
    {
        var check = await gate.AskAsync(ACall.Spine());

        Assert.Empty(check.Problems);
        Assert.Equal(ACall.Asid, check.Caller!.System.Asid);
        Assert.Equal("T8T9T", check.Caller.Organisation);
        Assert.Equal("urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost", check.InteractionId);
    }

    [Theory]
    [InlineData("iss", null, "The mandatory claim iss from the JWT associated with the Authorisation header is missing")]
    [InlineData("iss", "\"\"", "The mandatory claim iss from the JWT associated with the Authorisation header is missing")]
    [InlineData("iss", "\"no uri\"", "iss must be a URI")]
    [InlineData("sub", null, "The mandatory claim sub from the JWT associated with the Authorisation header is missing")]
    [InlineData("sub", "17", "The claim sub must be a text that is not empty")]
    [InlineData("sub", "\"https://fhir.nhs.uk/Id/accredited-system|200000000999\"", "requesting_system and sub claim's values must match")]
    [InlineData("aud", null, "The mandatory claim aud from the JWT associated with the Authorisation header is missing")]
    [InlineData("aud", "[]", "The claim aud must be a text or a list of texts")]
    [InlineData("iat", null, "The mandatory claim iat from the JWT associated with the Authorisation header is missing")]
    [InlineData("iat", "\"1772445600\"", "The claim iat must be a whole number of seconds since 1970")]
    [InlineData("exp", null, "The mandatory claim exp from the JWT associated with the Authorisation header is missing")]
    [InlineData("exp", "1772445600.5", "The claim exp must be a whole number of seconds since 1970")]
    [InlineData("exp", "1e300", "The claim exp must be a whole number of seconds since 1970")]
    [InlineData("reason_for_request", null, "The mandatory claim reason_for_request from the JWT associated with the Authorisation header is missing")]
    [InlineData("reason_for_request", "\"secondaryuses\"", "reason_for_request must be directcare")]
    [InlineData("scope", null, "The mandatory claim scope from the JWT associated with the Authorisation header is missing")]
    [InlineData("scope", "\"patient/Subscription.read\"", "Required scopes not found in token (patient/Subscription.write)")]
    [InlineData("scope", "\"patient/Subscription.writes\"", "Required scopes not found in token (patient/Subscription.write)")]
    [InlineData("requesting_system", null, "The mandatory claim requesting_system from the JWT associated with the Authorisation header is missing")]
    [InlineData("requesting_system", "\"200000000205\"", "requesting_system must be of the form [https://fhir.nhs.uk/Id/accredited-system|[ASID]]")]
    [InlineData("requesting_system", "\"https://fhir.nhs.uk/Id/accredited-system|x\"", "requesting_system must be of the form [https://fhir.nhs.uk/Id/accredited-system|[ASID]]")]
    [InlineData("requesting_system", "\"https://fhir.nhs.uk/Id/accredited-system|999\"", "The ASID defined in the requesting_system is unknown")]
    [InlineData("requesting_system", "\"https://fhir.nhs.uk/Id/accredited-system|200000000307\"", "The ASID defined in the requesting_system does not match the FromASID in the request")]
    [InlineData("requesting_organization", "\"T8T9T\"", "requesting_organisation must be of the form [https://fhir.nhs.uk/Id/ods-organization-code|[ODSCode]]")]
    [InlineData("requesting_organization", "\"https://fhir.nhs.uk/Id/ods-organization-code|\"", "requesting_organisation must be of the form [https://fhir.nhs.uk/Id/ods-organization-code|[ODSCode]]")]
    [InlineData("requesting_organization", "\"https://fhir.nhs.uk/Id/ods-organization-code|ZZ9\"", "The ODS code defined in the requesting_organisation is unknown")]
    [InlineData("requesting_organization", "\"https://fhir.nhs.uk/Id/ods-organization-code|B86056\"", "requesting_system ASID is not associated with the requesting_organisation ODS code")]
    [InlineData("requesting_organisation", "\"https://fhir.nhs.uk/Id/ods-organization-code|B86056\"", "requesting_organisation and requesting_organization claim's values must match")]
    [InlineData("requesting_user", "\"https://fhir.nhs.uk/Id/sds-role-profile-id|1\"", "requesting_user and sub claim's values must match")]
    [InlineData("requesting_user", "\"somebody\"", "requesting_user must be of the form [https://fhir.nhs.uk/Id/sds-role-profile-id|[ID]]")]
    [InlineData("requesting_patient", "\"http://fhir.nhs.net/Id/nhs-number|9912003889\"", "requesting_patient must be of the form [http://fhir.nhs.net/Id/nhs-number|[NHS number]] with a valid NHS number")]
    [InlineData("requesting_patient", "\"9912003888\"", "requesting_patient must be of the form [http://fhir.nhs.net/Id/nhs-number|[NHS number]] with a valid NHS number")]
    public async Task A_faulty_claim_is_refused_with_its_published_text(string claim, string? json, string diagnostics)
    {
        var check = await gate.AskAsync(ACall.Spine(ACall.Claims(claim, json)));

        Assert.Null(check.Caller);
        Assert.Contains(check.Problems, problem => problem.Code == SpineCode.InvalidToken && problem.Diagnostics == diagnostics);
        Assert.Equal(400, Problem.StatusOf(check.Problems));
    }

    [Theory]
    [InlineData("", "The Authorisation header must be supplied")]
    [InlineData("Basic abc", "The Authorisation header must be given once, as Bearer [JWT]")]
    [InlineData("Bearer ", "The Authorisation header must be given once, as Bearer [JWT]")]
    [InlineData("Bearer abc", "The JWT associated with the Authorisation header must have the 3 sections")]
    [InlineData("Bearer a.b", "The JWT associated with the Authorisation header must have the 3 sections")]
    [InlineData("Bearer a.b.c.d", "The JWT associated with the Authorisation header must have the 3 sections")]
    [InlineData("Bearer ..", "The JWT associated with the Authorisation header must have the 3 sections")]
    [InlineData("Bearer !!!!.e30.", "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice")]
    [InlineData("Bearer e31.e31.", "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice")]
    [InlineData("Bearer e30.W10.", "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice")]
    [InlineData("Bearer e30.eyJhIjoxLCJhIjoxfQ.", "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice")]
    [InlineData("Bearer e30.eyJhIjoiXHVkODAwIn0.", "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice")]
    public async Task A_header_that_holds_no_token_is_refused(string header, string diagnostics)
    {
        var context = ACall.With("");
        context.Request.Headers.Authorization = header;

        var check = await gate.AskAsync(context);

        var problem = Assert.Single(check.Problems);
        Assert.Equal((SpineCode.InvalidToken, diagnostics), (problem.Code, problem.Diagnostics));
    }

    [Fact]
    public async Task A_call_without_Authorization_is_refused()
    {
        var context = ACall.With("");
        context.Request.Headers.Remove("Authorization");

        var check = await gate.AskAsync(context);

        Assert.Equal("The Authorisation header must be supplied", Assert.Single(check.Problems).Diagnostics);
    }

    [Theory]
    [InlineData("""{"alg":"RS512"}""", "")]
    [InlineData("""{"alg":"None"}""", "")]
    [InlineData("""{"typ":"JWT"}""", "")]
    [InlineData("""{"alg":"none"}""", "c2lnbmVk")]
    public async Task Only_an_unsigned_token_that_says_so_is_one_of_the_Spine(string header, string signature)
    {
        var token = $"{SigningKey.Text(JsonNode.Parse(header)!)}.{SigningKey.Text(ACall.Claims())}.{signature}";

        var check = await gate.AskAsync(token);

        Assert.Equal("The JWT associated with the Authorisation header must say alg none and have an empty signature", Assert.Single(check.Problems).Diagnostics);
    }

    [Fact]
    public async Task All_faults_are_told_at_once_and_no_value_is_quoted()
    {
        var claims = new JsonObject
        {
            ["iss"] = "Jane Roe 9912003888",
            ["requesting_system"] = "9912003888",
            ["requesting_organisation"] = "9912003888",
            ["requesting_patient"] = "9912003888",
            ["requesting_user"] = "9912003888",
            ["reason_for_request"] = "9912003888",
            ["scope"] = "9912003888",
            ["exp"] = "9912003888",
        };

        var check = await gate.AskAsync(ACall.Spine(claims));

        Assert.Equal(11, check.Problems.Count);
        Assert.DoesNotContain(check.Problems, problem => problem.Diagnostics.Contains("9912003888", StringComparison.Ordinal));
        Assert.DoesNotContain(check.Problems, problem => problem.Diagnostics.Contains("Jane", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 300, 0, true)]
    [InlineData(0, 3600, 0, true)]
    [InlineData(0, 3601, 0, false)]
    [InlineData(0, 0, 0, false)]
    [InlineData(60, 300, 0, true)]
    [InlineData(61, 300, 0, false)]
    [InlineData(0, 300, 360, true)]
    [InlineData(0, 300, 361, false)]
    public async Task A_token_is_good_from_a_minute_before_its_issue_to_a_minute_after_its_end(int issued, int expires, int calledAt, bool isGood)
    {
        var claims = ACall.Claims("iat", $"{ACall.Seconds(issued)}");
        claims["exp"] = ACall.Seconds(expires);
        gate.Clock.Advance(TimeSpan.FromSeconds(calledAt));

        var check = await gate.AskAsync(ACall.Spine(claims));

        Assert.Equal(isGood, check.Caller is not null);
    }

    [Fact]
    public async Task A_token_that_is_not_valid_yet_is_refused()
    {
        var check = await gate.AskAsync(ACall.Spine(ACall.Claims("nbf", $"{ACall.Seconds(61)}")));

        Assert.Equal("The JWT associated with the Authorisation header is not valid yet", Assert.Single(check.Problems).Diagnostics);
    }

    [Fact]
    public async Task A_system_whose_tokens_live_long_is_warned_about_once()
    {
        await gate.AskAsync(ACall.Spine(ACall.Claims("exp", $"{ACall.Seconds(3600)}")));
        await gate.AskAsync(ACall.Spine(ACall.Claims("exp", $"{ACall.Seconds(3000)}")));
        await gate.AskAsync(ACall.Spine());

        Assert.Single(gate.Log.Lines);
    }

    [Theory]
    [InlineData("requesting_organisation", "T8T9T")]
    [InlineData("requesting_organization", "t8t9t")]
    public async Task Either_spelling_of_the_organisation_will_do(string claim, string ods)
    {
        var claims = ACall.Claims("requesting_organization", null);
        claims[claim] = ACall.OdsSystem + ods;

        var check = await gate.AskAsync(ACall.Spine(claims));

        Assert.Equal("T8T9T", check.Caller!.Organisation);
    }

    [Fact]
    public async Task A_token_without_organisation_speaks_for_the_only_one_of_its_system()
    {
        var check = await gate.AskAsync(ACall.Spine(ACall.Claims("requesting_organization", null)));

        Assert.Equal("T8T9T", check.Caller!.Organisation);
    }

    [Fact]
    public async Task A_token_without_organisation_is_refused_where_the_system_has_two()
    {
        var claims = ACall.Claims("requesting_organization", null);
        claims["sub"] = ACall.AsidSystem + "200000000307";
        claims["requesting_system"] = ACall.AsidSystem + "200000000307";
        var context = ACall.With(ACall.Spine(claims));
        context.Request.Headers["fromASID"] = "200000000307";

        var check = await gate.AskAsync(context);

        Assert.Equal("The mandatory claim requesting_organisation from the JWT associated with the Authorisation header is missing",
            Assert.Single(check.Problems).Diagnostics);
    }

    [Theory]
    [InlineData("requesting_organization")]
    [InlineData("requesting_organisation")]
    [InlineData("requesting_user")]
    [InlineData("requesting_patient")]
    [InlineData("nbf")]
    public async Task An_optional_claim_that_is_null_counts_as_left_out(string claim)
    {
        var check = await gate.AskAsync(ACall.Spine(ACall.Claims(claim, "null")));

        Assert.Equal("T8T9T", check.Caller?.Organisation);
    }

    [Theory]
    [InlineData("http://fhir.nhs.net/Id/nhs-number")]
    [InlineData("https://fhir.nhs.net/Id/nhs-number")]
    [InlineData("https://fhir.nhs.uk/Id/nhs-number")]
    public async Task A_patient_may_be_named_in_any_of_the_three_systems(string system)
    {
        var check = await gate.AskAsync(ACall.Spine(ACall.Claims("requesting_patient", $"\"{system}|{ACall.NhsNumber}\"")));

        Assert.NotNull(check.Caller);
    }

    [Fact]
    public async Task A_token_with_a_user_has_the_user_as_subject()
    {
        var claims = ACall.Claims("requesting_user", "\"https://fhir.nhs.uk/Id/sds-role-profile-id|4387293874928\"");
        claims["sub"] = "https://fhir.nhs.uk/Id/sds-role-profile-id|4387293874928";

        var check = await gate.AskAsync(ACall.Spine(claims));

        Assert.NotNull(check.Caller);
    }

    [Theory]
    [InlineData("patient/Subscription.read", nameof(CallKind.ReadSubscription), true)]
    [InlineData("patient/Subscription.write", nameof(CallKind.ReadSubscription), true)]
    [InlineData("patient/Bundle.write", nameof(CallKind.ReadSubscription), false)]
    [InlineData("patient/Subscription.write", nameof(CallKind.DeleteSubscription), true)]
    [InlineData("patient/Subscription.read", nameof(CallKind.DeleteSubscription), false)]
    [InlineData("patient/Bundle.write", nameof(CallKind.Publish), true)]
    [InlineData("patient/Subscription.write", nameof(CallKind.Publish), false)]
    [InlineData("patient/Bundle.write", nameof(CallKind.PublishR4), true)]
    [InlineData("openid  patient/Bundle.write", nameof(CallKind.Publish), true)]
    public async Task Each_call_needs_its_scope(string scope, string call, bool isEnough)
    {
        var kind = Enum.Parse<CallKind>(call);
        var interaction = kind.InteractionId ?? "urn:nhs:names:services:events:Newbornhearing.Write";

        var check = await gate.AskAsync(ACall.With(ACall.Spine(ACall.Claims("scope", $"\"{scope}\"")), interaction), kind);

        Assert.Equal(isEnough, check.Caller is not null);
    }
}
