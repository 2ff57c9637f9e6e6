using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Host.Tests.Auth;

public sealed class SignedTokenTests
{
    private const string Unproven = "The JWT is not signed with a key of the calling system";

    private static readonly SigningKey Own = SigningKey.Rsa("own-1");
    private static readonly SigningKey Stranger = SigningKey.Rsa("own-1");

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS512")]
    [InlineData("ES256")]
    public async Task A_token_signed_with_a_key_of_the_system_tells_who_calls(string algorithm)
    {
        var key = algorithm == "ES256" ? SigningKey.Curve("own-1") : Own;
        using var gate = Open(key, system => system["algorithm"] = algorithm);

        var check = await gate.AskAsync(key.Sign(Claims(), algorithm));

        Assert.Empty(check.Problems);
        Assert.Equal("T8T9T", check.Caller!.Organisation);
    }

    public static TheoryData<string> Forgeries() =>
        ["none", "none with signature", "HS256 with the public key", "embedded jwk", "jku", "x5u", "crit", "unknown kid", "kid that is no text",
         "key of a stranger", "another algorithm", "changed claims", "no signature", "alg in other case", "unknown system"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Every_forgery_gets_one_and_the_same_answer(string forgery)
    {
        using var gate = Open(Own);

        var check = await gate.AskAsync(Forge(forgery));

        Assert.Null(check.Caller);
        var problem = Assert.Single(check.Problems);
        Assert.Equal((SpineCode.AuthorCredentialsError, Unproven), (problem.Code, problem.Diagnostics));
        Assert.Equal(401, Problem.StatusOf(check.Problems));
        Assert.Empty(gate.Used.Used);
    }

    [Fact]
    public async Task A_token_of_a_system_that_is_registered_for_unsigned_ones_is_refused()
    {
        using var gate = new Gate(TokenScheme.Signed, "Production");

        var signed = await gate.AskAsync(Own.Sign(Claims()));
        var unsigned = await gate.AskAsync(ACall.Spine());

        Assert.Equal(Unproven, Assert.Single(signed.Problems).Diagnostics);
        Assert.Equal(Unproven, Assert.Single(unsigned.Problems).Diagnostics);
    }

    [Fact]
    public async Task A_faulty_claim_of_a_signed_token_is_told_as_that_of_an_unsigned_one()
    {
        using var gate = Open(Own);
        var claims = Claims();
        claims["requesting_organization"] = ACall.OdsSystem + "B86056";

        var check = await gate.AskAsync(Own.Sign(claims));

        var problem = Assert.Single(check.Problems);
        Assert.Equal((SpineCode.InvalidToken, "requesting_system ASID is not associated with the requesting_organisation ODS code"), (problem.Code, problem.Diagnostics));
    }

    [Theory]
    [InlineData(0, 300, 0, true)]
    [InlineData(0, 301, 0, false)]
    [InlineData(0, 300, 360, true)]
    [InlineData(0, 300, 361, false)]
    [InlineData(60, 300, 0, true)]
    [InlineData(61, 300, 0, false)]
    public async Task A_signed_token_lives_five_minutes_at_most(int issued, int expires, int calledAt, bool isGood)
    {
        using var gate = Open(Own);
        var claims = Claims();
        claims["iat"] = ACall.Seconds(issued);
        claims["exp"] = ACall.Seconds(expires);
        gate.Clock.Advance(TimeSpan.FromSeconds(calledAt));

        var check = await gate.AskAsync(Own.Sign(claims));

        Assert.Equal(isGood, check.Caller is not null);
        if (!isGood) Assert.Equal(401, Problem.StatusOf(check.Problems));
    }

    [Theory]
    [InlineData("iat")]
    [InlineData("exp")]
    [InlineData("aud")]
    [InlineData("jti")]
    public async Task A_claim_that_keeps_a_token_from_being_used_again_cannot_be_left_out(string claim)
    {
        using var gate = Open(Own);
        var claims = Claims();
        claims.Remove(claim);

        var check = await gate.AskAsync(Own.Sign(claims));

        Assert.Equal(SpineCode.AuthorCredentialsError, Assert.Single(check.Problems).Code);
    }

    [Theory]
    [InlineData("\"https://nems.example\"", true)]
    [InlineData("\"https://nems.example/STU3/Subscription\"", true)]
    [InlineData("\"https://nems.example:443/\"", true)]
    [InlineData("[\"https://other.example\", \"https://NEMS.example/R4\"]", true)]
    [InlineData("\"https://other.example\"", false)]
    [InlineData("\"https://nems.example.other.example\"", false)]
    [InlineData("\"https://nems.example@other.example\"", false)]
    [InlineData("\"https://nems.example:8443\"", false)]
    [InlineData("\"http://nems.example\"", false)]
    [InlineData("\"nems.example\"", false)]
    public async Task A_token_must_be_issued_for_this_service(string audience, bool isGood)
    {
        using var gate = Open(Own);
        var claims = Claims();
        claims["aud"] = JsonNode.Parse(audience);

        var check = await gate.AskAsync(Own.Sign(claims));

        Assert.Equal(isGood, check.Caller is not null);
        if (!isGood) Assert.Equal("The JWT was not issued for this service", Assert.Single(check.Problems).Diagnostics);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080/STU3", true)]
    [InlineData("https://nems.example", false)]
    public async Task Without_addresses_of_its_own_the_service_is_known_as_loopback_alone(string audience, bool isGood)
    {
        using var gate = Open(Own, audience: []);
        var claims = Claims();
        claims["aud"] = audience;

        var check = await gate.AskAsync(Own.Sign(claims));

        Assert.Equal(isGood, check.Caller is not null);
    }

    [Fact]
    public async Task A_token_may_be_used_once_and_is_remembered_as_long_as_it_would_be_accepted()
    {
        using var gate = Open(Own);
        var token = Own.Sign(Claims());

        var first = await gate.AskAsync(token);
        var second = await gate.AskAsync(token);

        Assert.NotNull(first.Caller);
        Assert.Equal((SpineCode.AuthorCredentialsError, "The JWT was used before"), (Assert.Single(second.Problems).Code, second.Problems[0].Diagnostics));
        Assert.Equal(ACall.Now.AddSeconds(360), gate.Used.Used[(ACall.Asid, "token-1")]);
        Assert.Equal(0, gate.Cache.Count);
    }

    [Fact]
    public async Task A_call_refused_for_its_headers_does_not_use_up_its_token()
    {
        using var gate = Open(Own);
        var token = Own.Sign(Claims());
        var faulty = ACall.With(token);
        faulty.Request.Headers.Remove("toASID");

        await gate.AskAsync(faulty);
        var check = await gate.AskAsync(token);

        Assert.NotNull(check.Caller);
    }

    [Fact]
    public async Task A_reusable_token_is_kept_and_never_written_down()
    {
        using var gate = Open(Own, system => system["tokens"] = "reusable");
        var token = Own.Sign(Claims());

        var first = await gate.AskAsync(token);
        var second = await gate.AskAsync(token);

        Assert.Same(first.Caller, second.Caller);
        Assert.NotNull(second.Caller);
        Assert.Empty(gate.Used.Used);
        Assert.Equal(1, gate.Cache.Count);
    }

    [Fact]
    public async Task A_signed_token_needs_no_certificate_and_no_loopback()
    {
        using var gate = Open(Own);
        var context = ACall.With(Own.Sign(Claims()));
        context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse("10.1.2.3");

        var check = await gate.AskAsync(context);

        Assert.NotNull(check.Caller);
    }

    private static Gate Open(SigningKey key, Action<JsonObject>? system = null, string[]? audience = null) => new(TokenScheme.Signed, "Production", registered =>
    {
        registered["scheme"] = "Signed";
        registered["jwks"] = JsonNode.Parse(SigningKey.Set(key));
        system?.Invoke(registered);
    }, audience);

    private static JsonObject Claims()
    {
        var claims = ACall.Claims();
        claims["jti"] = "token-1";
        return claims;
    }

    private static string Forge(string forgery)
    {
        var claims = Claims();
        var good = Own.Sign(claims).Split('.');
        return forgery switch
        {
            "none" => ACall.Spine(claims),
            "none with signature" => $"{SigningKey.Text(new JsonObject { ["alg"] = "none", ["kid"] = "own-1" })}.{good[1]}.{good[2]}",
            "HS256 with the public key" => SignWithPublicKey(claims),
            "embedded jwk" => Stranger.Sign(claims, header: new JsonObject { ["jwk"] = Stranger.Jwk() }),
            "jku" => Own.Sign(claims, header: new JsonObject { ["jku"] = "https://keys.example" }),
            "x5u" => Own.Sign(claims, header: new JsonObject { ["x5u"] = "https://keys.example" }),
            "crit" => Own.Sign(claims, header: new JsonObject { ["crit"] = new JsonArray("exp") }),
            "unknown kid" => Own.Sign(claims, header: new JsonObject { ["kid"] = "../own-1" }),
            "kid that is no text" => Own.Sign(claims, header: new JsonObject { ["kid"] = 1 }),
            "key of a stranger" => Stranger.Sign(claims),
            "another algorithm" => Own.Sign(claims, "RS256"),
            "changed claims" => $"{good[0]}.{SigningKey.Text(ACall.Claims("jti", "\"token-2\""))}.{good[2]}",
            "no signature" => $"{good[0]}.{good[1]}.",
            "alg in other case" => Own.Sign(claims, header: new JsonObject { ["alg"] = "rs512" }),
            _ => Own.Sign(Unknown(claims)),
        };
    }

    private static JsonObject Unknown(JsonObject claims)
    {
        claims["requesting_system"] = ACall.AsidSystem + "200000000999";
        claims["sub"] = ACall.AsidSystem + "200000000999";
        return claims;
    }

    private static string SignWithPublicKey(JsonObject claims)
    {
        var signed = $"{SigningKey.Text(new JsonObject { ["alg"] = "HS256", ["kid"] = "own-1" })}.{SigningKey.Text(claims)}";
        return $"{signed}.{SigningKey.Text(HMACSHA256.HashData(Own.PublicPem(), Encoding.ASCII.GetBytes(signed)))}";
    }
}
