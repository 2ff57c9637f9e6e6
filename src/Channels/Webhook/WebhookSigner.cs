using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nems.Core.Keys;
using Nems.Core.Ports;
using NSec.Cryptography;
using IncrementalHash = System.Security.Cryptography.IncrementalHash;

namespace Nems.Channels.Webhook;

/// <summary>
/// Signs as Standard Webhooks 1.0.0 says: <c>{id}.{timestamp}.{body}</c>, over the exact bytes sent. <c>v1</c> for each secret in
/// force, newest first, then <c>v1a</c> where it was asked for. Safe for use by many at once.
/// </summary>
internal sealed class WebhookSigner : IDisposable
{
    private const int HmacText = 3 + 44;
    private const int Ed25519Text = 4 + 88;

    private readonly Key key;

    public WebhookSigner(ServiceKeys keys) => key = Key.Import(SignatureAlgorithm.Ed25519, keys.SigningSeed.Span, KeyBlobFormat.RawPrivateKey);

    /// <summary>The 32 bytes that <c>v1a</c> is verified with.</summary>
    public byte[] PublicKey => key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="id">Must hold no full stop.</param>
    /// <param name="at">The time of the attempt, in whole seconds since 1970.</param>
    public string Sign(string id, DateTimeOffset at, ReadOnlySpan<byte> body, EndpointSecrets secrets, bool asymmetrically)
    {
        Span<byte> prefix = stackalloc byte[Encoding.UTF8.GetMaxByteCount(id.Length) + 24];
        prefix = prefix[..Prefix(id, at, prefix)];

        Span<char> text = stackalloc char[HmacText + 1 + HmacText + 1 + Ed25519Text];
        var written = Hmac(secrets.Current.Span, prefix, body, text);
        if (secrets.Previous is { } previous && secrets.PreviousUntil > at)
        {
            text[written++] = ' ';
            written += Hmac(previous.Span, prefix, body, text[written..]);
        }

        if (asymmetrically)
        {
            text[written++] = ' ';
            written += Ed25519(prefix, body, text[written..]);
        }

        return new string(text[..written]);
    }

    public void Dispose() => key.Dispose();

    private static int Prefix(string id, DateTimeOffset at, Span<byte> prefix)
    {
        var written = Encoding.UTF8.GetBytes(id, prefix);
        prefix[written++] = (byte)'.';
        at.ToUnixTimeSeconds().TryFormat(prefix[written..], out var digits, provider: CultureInfo.InvariantCulture);
        written += digits;
        prefix[written++] = (byte)'.';
        return written;
    }

    // Made anew each time: that costs half a microsecond of seven, and needs neither a copy of the body nor a pool of native handles per secret.
    private static int Hmac(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<char> text)
    {
        Span<byte> mac = stackalloc byte[32];
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(prefix);
        hash.AppendData(body);
        hash.GetHashAndReset(mac);
        return Write("v1,", mac, text);
    }

    private int Ed25519(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<char> text)
    {
        var length = prefix.Length + body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            prefix.CopyTo(rented);
            body.CopyTo(rented.AsSpan(prefix.Length));
            Span<byte> signature = stackalloc byte[64];
            SignatureAlgorithm.Ed25519.Sign(key, rented.AsSpan(0, length), signature);
            return Write("v1a,", signature, text);
        }
        finally
        {
            // It held a patient's message, and the pool belongs to everyone.
            rented.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int Write(string tag, ReadOnlySpan<byte> value, Span<char> text)
    {
        tag.CopyTo(text);
        Convert.TryToBase64Chars(value, text[tag.Length..], out var written);
        return tag.Length + written;
    }
}
