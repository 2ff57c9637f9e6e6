using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Nems.Core.Events;

namespace Nems.Core.Keys;

/// <summary>A keyed hash of a patient's NHS number: equal for equal numbers, of no use without the key.</summary>
public readonly record struct PatientKey(UInt128 Value);

/// <summary>
/// Keyed hashes (HMAC-SHA256 cut to 128 bits) of what must be compared but not be read: NHS numbers, idempotency keys,
/// destinations. Each use has a purpose prefix, so that equal texts of different purposes do not compare equal.
/// </summary>
public sealed class KeyedHash(ServiceKeys keys)
{
    private readonly byte[] key = keys.IndexKey.ToArray();

    public PatientKey Patient(NhsNumber number) => new(Hash("nhs:", number.Value));

    /// <summary>The match key of explicit subscriptions to this patient.</summary>
    public static string ExplicitMatchKey(PatientKey patient)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, patient.Value);
        return "nhs:" + Base64Url.EncodeToString(bytes);
    }

    /// <summary>The keyed hash of any other text, kept apart by its purpose.</summary>
    public UInt128 Of(string purpose, string text) => Hash(purpose, text);

    private UInt128 Hash(string purpose, string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(purpose.Length + text.Length);
        var buffer = length <= 512 ? stackalloc byte[length] : new byte[length];
        var written = Encoding.UTF8.GetBytes(purpose, buffer);
        written += Encoding.UTF8.GetBytes(text, buffer[written..]);
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(key, buffer[..written], mac);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(mac);
    }
}
