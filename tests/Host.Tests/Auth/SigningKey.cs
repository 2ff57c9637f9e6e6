using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Nems.Host.Tests.Auth;

/// <summary>A key pair of a made-up system: signs tokens, and shows its public half as a JSON Web Key.</summary>
internal sealed class SigningKey
{
    private readonly RSA? rsa;
    private readonly ECDsa? curve;

    private SigningKey(string kid, RSA? rsa, ECDsa? curve) => (Kid, this.rsa, this.curve) = (kid, rsa, curve);

    public string Kid { get; }

    public static SigningKey Rsa(string kid) => new(kid, RSA.Create(2048), null);

    public static SigningKey Curve(string kid) => new(kid, null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public JsonObject Jwk()
    {
        if (rsa is not null)
        {
            var parameters = rsa.ExportParameters(false);
            return new JsonObject { ["kty"] = "RSA", ["kid"] = Kid, ["n"] = Text(parameters.Modulus), ["e"] = Text(parameters.Exponent) };
        }

        var point = curve!.ExportParameters(false).Q; // one of the two is there
        return new JsonObject { ["kty"] = "EC", ["kid"] = Kid, ["crv"] = "P-256", ["x"] = Text(point.X), ["y"] = Text(point.Y) };
    }

    public static string Set(params SigningKey[] keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Jwk())]) }.ToJsonString();

    public byte[] PublicPem() => Encoding.ASCII.GetBytes(rsa!.ExportSubjectPublicKeyInfoPem());

    /// <summary>A token with this header and these claims; <c>alg</c> and <c>kid</c> are set where the header has none.</summary>
    public string Sign(JsonObject claims, string algorithm = "RS512", JsonObject? header = null)
    {
        header ??= [];
        if (!header.ContainsKey("alg")) header["alg"] = algorithm;
        if (!header.ContainsKey("kid")) header["kid"] = Kid;
        var signed = $"{Text(header)}.{Text(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS256" => rsa!.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS512" => rsa!.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            _ => curve!.SignData(bytes, HashAlgorithmName.SHA256),
        };
        return $"{signed}.{Text(signature)}";
    }

    public static string Text(JsonNode json) => Text(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
