using System.Net;
using System.Text.Json.Nodes;
using Nems.Api;
using Nems.Api.Tokens;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Host.Tests.Auth;

public sealed class KeySetTests : IDisposable
{
    private static readonly SigningKey First = SigningKey.Curve("first");
    private static readonly SigningKey Second = SigningKey.Curve("second");

    private readonly FakeHttp http = new();
    private readonly Gate gate;
    private int tokens;

    public KeySetTests() => gate = new Gate(TokenScheme.Signed, "Production", system =>
    {
        system["scheme"] = "Signed";
        system["jwksUri"] = "https://keys.example/set";
        system["algorithm"] = "ES256";
    }, http: http);

    public void Dispose()
    {
        gate.Dispose();
        http.Dispose();
    }

    [Fact]
    public async Task A_fetched_set_is_kept_for_ten_minutes()
    {
        http.Serves(SigningKey.Set(First));

        await AskAsync(First);
        gate.Clock.Advance(TimeSpan.FromSeconds(599));
        await AskAsync(First);
        var requestsBefore = http.Requests;
        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        var check = await AskAsync(First);

        Assert.NotNull(check.Caller);
        Assert.Equal((1, 2), (requestsBefore, http.Requests));
    }

    [Fact]
    public async Task A_new_key_is_fetched_and_unknown_keys_ask_at_most_once_a_minute()
    {
        http.Serves(SigningKey.Set(First));
        await AskAsync(First);
        http.Serves(SigningKey.Set(First, Second));

        var tooSoon = await AskAsync(Second);
        await AskAsync(Second);
        var requestsBefore = http.Requests;
        gate.Clock.Advance(TimeSpan.FromMinutes(1));
        var known = await AskAsync(Second);

        Assert.Equal(401, Problem.StatusOf(tooSoon.Problems));
        Assert.Equal(1, requestsBefore);
        Assert.NotNull(known.Caller);
        Assert.Equal(2, http.Requests);
    }

    [Fact]
    public async Task A_key_that_was_taken_out_of_the_set_is_refused_after_the_next_fetch()
    {
        http.Serves(SigningKey.Set(First, Second));
        await AskAsync(First);
        http.Serves(SigningKey.Set(Second));
        gate.Clock.Advance(TimeSpan.FromMinutes(10));

        var check = await AskAsync(First);

        Assert.Equal(401, Problem.StatusOf(check.Problems));
    }

    public static TheoryData<string> Failures() => ["not found", "redirect", "no key set", "too large", "no connection", "broken off"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Without_any_set_the_caller_is_asked_to_come_again(string failure)
    {
        http.Answer = () => Fail(failure);

        var check = await AskAsync(First);

        Assert.Null(check.Caller);
        Assert.Equal((SpineCode.TryAgainLater, 503), (Assert.Single(check.Problems).Code, Problem.StatusOf(check.Problems)));
    }

    [Fact]
    public async Task A_host_that_fails_is_not_asked_at_every_call()
    {
        http.Answer = () => Fail("no connection");

        await AskAsync(First);
        await AskAsync(First);
        var requestsBefore = http.Requests;
        gate.Clock.Advance(TimeSpan.FromSeconds(5));
        await AskAsync(First);

        Assert.Equal((1, 2), (requestsBefore, http.Requests));
    }

    [Fact]
    public async Task When_the_host_fails_the_last_set_stays_good_for_a_day()
    {
        http.Serves(SigningKey.Set(First));
        await AskAsync(First);
        http.Answer = () => Fail("no connection");

        gate.Clock.Advance(TimeSpan.FromHours(23));
        var within = await AskAsync(First);
        gate.Clock.Advance(TimeSpan.FromHours(1));
        var after = await AskAsync(First);

        Assert.NotNull(within.Caller);
        Assert.Equal(503, Problem.StatusOf(after.Problems));
    }

    [Fact]
    public void A_set_gives_only_public_keys_that_fit_the_algorithm()
    {
        var rsa = SigningKey.Rsa("r");
        Assert.True(KeySet.TryRead(SigningKey.Set(First, rsa), out var set));

        Assert.NotNull(set.Find("first", "ES256"));
        Assert.NotNull(set.Find(null, "ES256"));
        Assert.NotNull(set.Find("r", "RS512"));
        Assert.Null(set.Find("first", "RS512"));
        Assert.Null(set.Find("r", "ES256"));
        Assert.Null(set.Find("FIRST", "ES256"));
        Assert.Null(set.Find("", "ES256"));
    }

    [Theory]
    [InlineData("""{ "keys": [ { "kty": "oct", "kid": "a", "k": "AAAA" } ] }""")]
    [InlineData("""{ "keys": [ { "kty": "EC", "kid": "a", "crv": "P-256", "x": "AAAA", "y": "AAAA" } ] }""")]
    [InlineData("""{ "keys": [ { "kty": "EC", "kid": "a", "crv": "P-384", "x": "AAAA", "y": "AAAA" } ] }""")]
    [InlineData("""{ "keys": [ { "kty": "RSA", "kid": "a", "n": "AAAA", "e": "AQAB" } ] }""")]
    [InlineData("""{ "keys": [ { "kty": "RSA", "kid": "a" }, 7 ] }""")]
    public void A_key_that_is_of_no_use_is_left_out(string jwks)
    {
        Assert.True(KeySet.TryRead(jwks, out var set));

        Assert.Null(set.Find("a", "RS512"));
        Assert.Null(set.Find("a", "ES256"));
    }

    [Fact]
    public void A_key_says_for_what_it_may_be_used()
    {
        var encrypting = First.Jwk();
        encrypting["use"] = "enc";
        var fixedTo = SigningKey.Rsa("r").Jwk();
        fixedTo["alg"] = "RS256";
        Assert.True(KeySet.TryRead(new JsonObject { ["keys"] = new JsonArray(encrypting, fixedTo) }.ToJsonString(), out var set));

        Assert.Null(set.Find("first", "ES256"));
        Assert.Null(set.Find("r", "RS512"));
        Assert.NotNull(set.Find("r", "RS256"));
    }

    private static JsonObject Claims(int token = 0)
    {
        var claims = ACall.Claims();
        claims["jti"] = $"token-{token}";
        return claims;
    }

    private static HttpResponseMessage Fail(string failure) => failure switch
    {
        "not found" => new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent(SigningKey.Set(First)) },
        "redirect" => new HttpResponseMessage(HttpStatusCode.Found) { Content = new StringContent(SigningKey.Set(First)) },
        "no key set" => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html/>") },
        "too large" => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(SigningKey.Set(First) + new string(' ', RemoteKeySet.LargestAnswer)),
        },
        "broken off" => throw new IOException("broken off"),
        _ => throw new HttpRequestException("no connection"),
    };

    private Task<CallerCheck> AskAsync(SigningKey key)
    {
        var claims = Claims(++tokens);
        var now = gate.Clock.GetUtcNow().ToUnixTimeSeconds();
        claims["iat"] = now;
        claims["exp"] = now + 300;
        return gate.AskAsync(key.Sign(claims, "ES256"));
    }
}
