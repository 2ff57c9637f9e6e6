using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Nems.Pds.Tests.Kit;
using Nems.Testing;

namespace Nems.Pds.Tests;

public sealed class TokenTests
{
    [Fact]
    public async Task Many_who_ask_at_once_share_one_token()
    {
        await using var test = new PdsUnderTest(onSystemClock: true);

        await Task.WhenAll(Patients.Numbers(20).Select(number => test.FindAsync(number)));

        Assert.Single(test.Pds.TokenCalls);
        Assert.Equal(20, test.Pds.PatientCalls.Count);
    }

    [Fact]
    public async Task The_assertion_is_signed_with_RS512_names_the_application_and_is_used_once()
    {
        await using var test = new PdsUnderTest();

        await test.FindAsync(Patients.Jo);
        test.Clock.Advance(TimeSpan.FromMinutes(10));
        await test.FindAsync(Patients.Sam);

        var assertions = test.Pds.TokenCalls.Select(call => QueryHelpers.ParseQuery(call.Body)).ToArray();
        Assert.Equal(2, assertions.Length);
        HashSet<string> ids = [];
        foreach (var form in assertions)
        {
            Assert.Equal("client_credentials", form["grant_type"].Single());
            Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"].Single());
            var parts = form["client_assertion"].Single()!.Split('.');
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
            Assert.Equal(("RS512", "JWT", PdsUnderTest.KeyId), ((string?)header["alg"], (string?)header["typ"], (string?)header["kid"]));
            Assert.True(PdsUnderTest.PublicKey.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
            Assert.Equal((PdsUnderTest.ApiKey, PdsUnderTest.ApiKey, test.Pds.TokenUrl), ((string?)claims["iss"], (string?)claims["sub"], (string?)claims["aud"]));
            ids.Add((string)claims["jti"]!);
        }

        var last = JsonNode.Parse(Base64Url.DecodeFromChars(assertions[1]["client_assertion"].Single()!.Split('.')[1]))!;
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds((long)last["exp"]!) - test.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        Assert.Equal(2, ids.Count);
    }

    [Theory]
    [InlineData("\"600\"")]
    [InlineData("600")]
    public async Task A_token_is_used_until_shortly_before_it_ends(string expiresIn)
    {
        await using var test = new PdsUnderTest();
        test.Pds.OnToken = (call, _) => Task.FromResult(FakePds.Token(call, expiresIn));

        await test.FindAsync(Patients.Jo);
        test.Clock.Advance(TimeSpan.FromSeconds(569));
        await test.FindAsync(Patients.Sam);
        Assert.Single(test.Pds.TokenCalls);
        test.Clock.Advance(TimeSpan.FromSeconds(2));
        await test.FindAsync(Patients.Alex);

        Assert.Equal(2, test.Pds.TokenCalls.Count);
        Assert.Equal("Bearer token-2", test.Pds.PatientCalls.Last().Headers!["Authorization"].Single());
    }

    [Fact]
    public async Task A_refused_application_gets_no_answer_asks_nothing_of_PDS_and_tries_again_after_a_rest()
    {
        await using var test = new PdsUnderTest();
        test.Pds.OnToken = (call, _) => Task.FromResult(call == 1 ? new Reply(401, """{"error":"invalid_client","error_description":"public key error"}""") : FakePds.Token(call));

        await test.GetsNothingAsync(Patients.Jo);
        await test.GetsNothingAsync(Patients.Sam);
        Assert.Single(test.Pds.TokenCalls);
        Assert.Empty(test.Pds.PatientCalls);
        test.Clock.Advance(PdsTokens.RestAfterFault);
        await test.FindAsync(Patients.Jo);

        Assert.Equal(2, test.Pds.TokenCalls.Count);
        Assert.Contains(test.Logs.Lines, line => line.StartsWith("pds.no-token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"access_token":"a token","expires_in":600}""")]
    [InlineData("""{"access_token":"a\r\nX-Other: 1","expires_in":600}""")]
    [InlineData("""{"access_token":"","expires_in":600}""")]
    [InlineData("""{"access_token":7,"expires_in":600}""")]
    [InlineData("""{"access_token":"good"}""")]
    [InlineData("""{"access_token":"good","expires_in":0}""")]
    [InlineData("""{"access_token":"good","expires_in":"never"}""")]
    public async Task What_is_no_token_is_not_sent(string body)
    {
        await using var test = new PdsUnderTest();
        test.Pds.OnToken = (_, _) => Task.FromResult(new Reply(200, body));

        await test.GetsNothingAsync();

        Assert.Empty(test.Pds.PatientCalls);
    }

    [Fact]
    public async Task A_token_server_that_fails_for_a_moment_is_tried_again_at_once()
    {
        await using var test = new PdsUnderTest(onSystemClock: true);
        test.Pds.OnToken = (call, _) => Task.FromResult(call == 1 ? new Reply(503) : FakePds.Token(call));

        await test.FindAsync();

        Assert.Equal(2, test.Pds.TokenCalls.Count);
    }

    [Fact]
    public async Task A_token_that_PDS_refuses_is_not_offered_again()
    {
        await using var test = new PdsUnderTest();
        test.Pds.Answers(new Reply(401, Reply.Outcome("ACCESS_DENIED")), new Reply(200, APatient.Of(Patients.Jo)));

        await test.GetsNothingAsync();
        Assert.Single(test.Pds.PatientCalls);
        await test.FindAsync();

        Assert.Equal(["Bearer token-1", "Bearer token-2"], test.Pds.PatientCalls.Select(call => call.Headers!["Authorization"].Single()));
    }

    [Fact]
    public async Task A_redirect_of_the_token_server_is_not_followed()
    {
        await using var test = new PdsUnderTest();
        test.Pds.OnToken = (_, _) => Task.FromResult(new Reply(307, "", "Location", test.Pds.Elsewhere));

        await test.GetsNothingAsync();

        Assert.Empty(test.Pds.Strays);
    }
}
