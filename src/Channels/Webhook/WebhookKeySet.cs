using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nems.Channels.Webhook;

/// <summary>
/// The public keys of <c>v1a</c> signatures, as a JWK set (RFC 7517, RFC 8037) for <c>/.well-known/webhook-keys.json</c>.
/// Each key carries its Standard Webhooks form (<c>whpk_</c>) too. The same bytes as long as the key is the same.
/// </summary>
public sealed class WebhookKeySet
{
    public const string MediaType = "application/jwk-set+json";

    internal WebhookKeySet(WebhookSigner signer)
    {
        var key = signer.PublicKey;
        PublicKey = "whpk_" + Convert.ToBase64String(key);
        KeyId = Thumbprint(key);
        Document = Write(key);
    }

    /// <summary>UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Document { get; }

    /// <summary>The key's RFC 7638 thumbprint.</summary>
    public string KeyId { get; }

    /// <summary><c>whpk_</c> and the key in base64.</summary>
    public string PublicKey { get; }

    private static string Thumbprint(byte[] key)
    {
        var canonical = $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(key)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    private byte[] Write(byte[] key)
    {
        using var bytes = new MemoryStream();
        // The relaxed encoder leaves a base64 plus sign as it is, so that the key can be copied off the page.
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            json.WriteStartObject();
            json.WriteString("kty", "OKP");
            json.WriteString("crv", "Ed25519");
            json.WriteString("x", Base64Url.EncodeToString(key));
            json.WriteString("kid", KeyId);
            json.WriteString("use", "sig");
            json.WriteString("alg", "EdDSA");
            // A member of our own, as RFC 7517 section 4 allows: what Standard Webhooks libraries take as the key.
            json.WriteString("whpk", PublicKey);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
