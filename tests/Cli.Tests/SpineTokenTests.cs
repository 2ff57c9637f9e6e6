using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Nems.Cli.Calls;

namespace Nems.Cli.Tests;

public sealed class SpineTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly Uri Audience = new("http://127.0.0.1:5080/STU3/Events/1/$process-message");

    private readonly string token = new SpineToken(new FakeTimeProvider(Now)).Create(CallingSystem.SampleSupplier, Audience, SpineToken.WriteEvents);

    [Fact]
    public void The_token_is_unsigned_and_ends_with_a_dot()
    {
        var parts = token.Split('.');

        Assert.Equal(3, parts.Length);
        Assert.Empty(parts[2]);
        Assert.Equal("none", Part(0).GetProperty("alg").GetString());
        Assert.Equal("JWT", Part(0).GetProperty("typ").GetString());
    }

    [Fact]
    public void The_claims_are_those_that_a_publisher_must_send()
    {
        var claims = Part(1);

        Assert.Equal("https://fhir.nhs.uk/Id/accredited-system|200000000161", claims.GetProperty("requesting_system").GetString());
        Assert.Equal("https://fhir.nhs.uk/Id/ods-organization-code|A83627", claims.GetProperty("requesting_organisation").GetString());
        Assert.Equal(claims.GetProperty("requesting_system").GetString(), claims.GetProperty("sub").GetString());
        Assert.Equal("patient/Bundle.write", claims.GetProperty("scope").GetString());
        Assert.Equal("directcare", claims.GetProperty("reason_for_request").GetString());
        Assert.Equal(Audience.AbsoluteUri, claims.GetProperty("aud").GetString());
        Assert.True(Uri.IsWellFormedUriString(claims.GetProperty("iss").GetString(), UriKind.Absolute));
    }

    [Fact]
    public void The_token_lives_five_minutes_from_now()
    {
        var claims = Part(1);

        Assert.Equal(Now.ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(Now.AddMinutes(5).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public void Two_tokens_of_the_same_second_differ()
    {
        Assert.NotEqual(token, new SpineToken(new FakeTimeProvider(Now)).Create(CallingSystem.SampleSupplier, Audience, SpineToken.WriteEvents));
    }

    private JsonElement Part(int index) => JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[index]));
}
