using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Nems.Cli.Receiving;

/// <summary>
/// Checks webhooks by Standard Webhooks 1.0.0: <c>v1</c> with shared secrets, <c>v1a</c> with public keys. Any secret or key that
/// fits will do, so that both sides of a rotation pass. Comparisons take the same time whatever they find.
/// </summary>
internal sealed class WebhookVerifier(TimeProvider clock, IReadOnlyList<byte[]> secrets, IReadOnlyList<PublicKey> keys)
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SecretPrefix = "whsec_";
    private const string KeyPrefix = "whpk_";

    /// <summary>The bytes of a secret, with or without <c>whsec_</c>.</summary>
    public static bool TryReadSecret(string text, [NotNullWhen(true)] out byte[]? secret) => TryReadBytes(text, SecretPrefix, out secret) && secret.Length > 0;

    /// <summary>The public key of <c>v1a</c>, with or without <c>whpk_</c>.</summary>
    public static bool TryReadKey(string text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return TryReadBytes(text, KeyPrefix, out var bytes)
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out key);
    }

    public SignatureCheck Check(string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body)
    {
        if (secrets.Count == 0 && keys.Count == 0) return SignatureCheck.Unchecked;
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures)) return SignatureCheck.Missing;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return SignatureCheck.Missing;

        var content = Content(id, timestamp, body);
        if (!signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(signature => IsRight(signature, content))) return SignatureCheck.Wrong;
        return (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Tolerance ? SignatureCheck.Verified : SignatureCheck.Stale;
    }

    private static byte[] Content(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var prefix = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var content = new byte[prefix.Length + body.Length];
        prefix.CopyTo(content, 0);
        body.CopyTo(content.AsSpan(prefix.Length));
        return content;
    }

    private static bool TryReadBytes(string text, string prefix, [NotNullWhen(true)] out byte[]? bytes)
    {
        var base64 = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
        base64 = base64.TrimEnd('=');
        base64 = base64.PadRight(base64.Length + (4 - base64.Length % 4) % 4, '=');
        var buffer = new byte[base64.Length];
        bytes = Convert.TryFromBase64String(base64, buffer, out var length) ? buffer[..length] : null;
        return bytes is not null;
    }

    private bool IsRight(string entry, byte[] content)
    {
        var comma = entry.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !TryReadBytes(entry[(comma + 1)..], string.Empty, out var signature)) return false;

        return entry[..comma] switch
        {
            "v1" => secrets.Any(secret => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, content), signature)),
            "v1a" => keys.Any(key => SignatureAlgorithm.Ed25519.Verify(key, content, signature)),
            _ => false,
        };
    }
}
