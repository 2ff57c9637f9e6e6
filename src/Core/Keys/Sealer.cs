using System.Security.Cryptography;

namespace Nems.Core.Keys;

/// <summary>Seals small secrets for storage with AES-256-GCM: version byte, 12-byte nonce, ciphertext, 16-byte tag.</summary>
public sealed class Sealer(ServiceKeys keys)
{
    private const byte Version = 1;
    private readonly byte[] key = keys.SealingKey.ToArray();

    public byte[] Seal(ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[1 + 12 + plain.Length + 16];
        sealedBytes[0] = Version;
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(1, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(sealedBytes.AsSpan(1, 12), plain, sealedBytes.AsSpan(13, plain.Length), sealedBytes.AsSpan(13 + plain.Length, 16));
        return sealedBytes;
    }

    /// <summary>Throws <see cref="CryptographicException"/> when the bytes were not sealed with this key or were altered.</summary>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < 29 || sealedBytes[0] != Version) throw new CryptographicException("Not a sealed value of this version.");
        var plain = new byte[sealedBytes.Length - 29];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(sealedBytes.Slice(1, 12), sealedBytes.Slice(13, plain.Length), sealedBytes[(13 + plain.Length)..], plain);
        return plain;
    }
}
