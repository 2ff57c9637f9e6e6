namespace Nems.Core.Keys;

/// <summary>
/// The keys a deployment makes at its first start and keeps: for hashing patients and other names, for sealing what is
/// secret at rest, and for Ed25519 signatures. They are never logged and never leave the process but as their public part.
/// </summary>
public sealed class ServiceKeys(byte[] indexKey, byte[] sealingKey, byte[] signingSeed)
{
    /// <summary>32 bytes; the HMAC key of every keyed hash (patients, match keys, destinations, idempotency keys).</summary>
    public ReadOnlyMemory<byte> IndexKey { get; } = indexKey;

    /// <summary>32 bytes; AES-256-GCM.</summary>
    public ReadOnlyMemory<byte> SealingKey { get; } = sealingKey;

    /// <summary>32 bytes; the seed of the Ed25519 key that signs webhooks where a subscription asks for <c>v1a</c>.</summary>
    public ReadOnlyMemory<byte> SigningSeed { get; } = signingSeed;

    public override string ToString() => "(service keys)";
}
