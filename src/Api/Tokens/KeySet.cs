using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Nems.Hosting;

namespace Nems.Api.Tokens;

/// <summary>The public keys of one JSON Web Key Set that may verify signatures; others in it are left out.</summary>
internal sealed class KeySet
{
    private const int MostKeys = 100;
    private const int DeepestNesting = 8;
    private const int FewestRsaBits = 2048;

    // 8,192 bits in base64url: a longer modulus would only make our work longer.
    private const int LongestNumber = 1366;

    private readonly IReadOnlyList<Key> keys;

    private KeySet(IReadOnlyList<Key> keys) => this.keys = keys;

    /// <summary>False where the text is no key set. A single faulty key in it is no fault of the others.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> jwks, [NotNullWhen(true)] out KeySet? set)
    {
        set = null;
        if (!StrictJson.TryParse(jwks, DeepestNesting, out var root, out _) || root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostKeys) return false;

        set = new KeySet([.. list.EnumerateArray().Select(ReadKey).OfType<Key>()]);
        return true;
    }

    public static bool TryRead(string jwks, [NotNullWhen(true)] out KeySet? set) => TryRead(Encoding.UTF8.GetBytes(jwks), out set);

    /// <summary>The key of this id for this algorithm; without an id, the only key there is for it.</summary>
    public SecurityKey? Find(string? kid, string algorithm)
    {
        var fitting = keys.Where(key => key.Serves(algorithm) && (kid is null || string.Equals(key.Kid, kid, StringComparison.Ordinal))).ToList();
        return fitting.Count == 1 ? fitting[0].Public : null;
    }

    private static Key? ReadKey(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Text(element, "use") is not (null or "sig")) return null;
        try
        {
            return Text(element, "kty") switch
            {
                "RSA" => ReadRsa(element),
                "EC" when Text(element, "crv") == "P-256" => ReadEllipticCurve(element),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static Key? ReadRsa(JsonElement element)
    {
        var parameters = new RSAParameters { Modulus = Bytes(element, "n"), Exponent = Bytes(element, "e") };
        using var rsa = RSA.Create(parameters);
        return rsa.KeySize < FewestRsaBits ? null : Named(element, "RS", new RsaSecurityKey(parameters));
    }

    private static Key ReadEllipticCurve(JsonElement element)
    {
        var point = new ECPoint { X = Bytes(element, "x"), Y = Bytes(element, "y") };
        var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        return Named(element, "ES", new ECDsaSecurityKey(key));
    }

    private static Key Named(JsonElement element, string family, SecurityKey key)
    {
        var kid = Text(element, "kid");
        key.KeyId = kid;
        return new Key(kid, family, Text(element, "alg"), key);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Bytes(JsonElement element, string name) => Text(element, name) is { Length: > 0 and <= LongestNumber } text
        ? Base64UrlEncoder.DecodeBytes(text)
        : throw new FormatException("A number of the key is missing or too long.");

    /// <param name="Kid">Opaque: compared and nothing else.</param>
    /// <param name="Family">The first two letters of the algorithms it can serve.</param>
    /// <param name="Algorithm">The only one it may serve, where its owner says so.</param>
    /// <param name="Public">The key.</param>
    private sealed record Key(string? Kid, string Family, string? Algorithm, SecurityKey Public)
    {
        public bool Serves(string algorithm) =>
            algorithm.StartsWith(Family, StringComparison.Ordinal) && (Algorithm is null || Algorithm == algorithm);
    }
}
