using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Nems.Journey.Tests.Http;

/// <summary>A deployment that demands signed tokens (design decision 3.9), over real HTTP.</summary>
public sealed class SignedTableTests(SignedTableTests.Signing service) : IClassFixture<SignedTableTests.Signing>
{
    private const string Kid = "first";

    /// <summary>Every system signs with one key.</summary>
    public sealed class Signing : ServiceFixture
    {
        public RSA Key { get; } = RSA.Create(2048);

        protected override IEnumerable<string> Settings => ["Nems:Auth:Scheme=Signed", "Nems:Auth:Audience:0=https://nems.example"];

        protected override void ChangeRegistry(JsonArray systems)
        {
            var key = Key.ExportParameters(false);
            foreach (var system in systems.Select(system => system!.AsObject()))
            {
                system["scheme"] = "Signed";
                system["algorithm"] = "RS512";
                system["jwks"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["kid"] = Kid, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) }) };
            }
        }
    }

    [Theory]
    [InlineData("publish", 202)]
    [InlineData("publish R4", 202)]
    [InlineData("create", 201)]
    [InlineData("read", 404)]
    [InlineData("delete", 404)]
    public async Task A_signed_token_opens_each_call_once(string kind, int status)
    {
        var call = Signed(ACall.Of(kind), service.Key);

        var first = await call.SendAsync(service.Address);
        var replayed = await call.SendAsync(service.Address);

        Assert.True(first.Status == status, first.ToString());
        await Refused(replayed);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256 with the public key")]
    [InlineData("another key")]
    [InlineData("another algorithm")]
    [InlineData("changed claims")]
    [InlineData("key in the header")]
    [InlineData("no signature")]
    [InlineData("stray bits in the signature")]
    [InlineData("expired")]
    [InlineData("audience of another")]
    public async Task A_forged_or_stale_token_is_a_401(string forgery)
    {
        var call = ACall.Of("publish");
        using var other = RSA.Create(2048);
        switch (forgery)
        {
            case "none": call.Claim("aud", "https://nems.example"); break;
            case "None": call.Claim("aud", "https://nems.example").TokenHeader["alg"] = "None"; break;
            case "HS256 with the public key": Signed(call, service.Key, "HS256"); break;
            case "another key": Signed(call, other); break;
            case "another algorithm": Signed(call, service.Key, "RS256"); break;
            case "changed claims":
                var token = TokenOf(call, service.Key, "RS512", null).Split('.');
                call.WithToken($"{token[0]}.{TokenOf(call.Claim("nonce", "x"), service.Key, "RS512", null).Split('.')[1]}.{token[2]}");
                break;
            case "key in the header":
                var own = other.ExportParameters(false);
                Signed(call, other, "RS512", new JsonObject { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(own.Modulus), ["e"] = Base64Url.EncodeToString(own.Exponent) });
                break;
            case "no signature": call.WithToken(TokenOf(call.Claim("aud", "https://nems.example"), service.Key, "RS512", null)[..^342]); break;
            case "stray bits in the signature":
                var good = TokenOf(call.Claim("aud", "https://nems.example"), service.Key, "RS512", null);
                call.WithToken(good[..^1] + (char)(good[^1] + 1));
                break;
            case "expired": Signed(call.Claim("iat", 1_700_000_000).Claim("exp", 1_700_000_300), service.Key); break;
            case "audience of another": call.Claim("aud", "https://other.example"); call.WithToken(TokenOf(call, service.Key, "RS512", null)); break;
            default: throw new ArgumentException("No such forgery.", nameof(forgery));
        }

        await Refused(await call.SendAsync(service.Address));
    }

    private static Task Refused(Answer answer)
    {
        Assert.True(answer.Status == 401, answer.ToString());
        Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        var issue = answer.Issues()[0];
        Assert.Equal(("fatal", "forbidden", "AUTHOR_CREDENTIALS_ERROR"), (issue.Severity, issue.Type, issue.Code));
        return Task.CompletedTask;
    }

    private static ACall Signed(ACall call, RSA key, string algorithm = "RS512", JsonObject? jwk = null) =>
        call.WithToken(TokenOf(call.Claim("aud", "https://nems.example/STU3"), key, algorithm, jwk));

    private static string TokenOf(ACall call, RSA key, string algorithm, JsonObject? jwk)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = Kid };
        if (jwk is not null) header["jwk"] = jwk;
        var signed = $"{Text(header)}.{Text(call.Claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS512" => key.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "RS256" => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), bytes),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Text(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
