using System.Security.Cryptography;
using System.Text;
using Nems.Core.Demographics;
using Nems.Core.Events;
using Nems.Core.Keys;

namespace Nems.Embedded;

/// <summary>
/// What is known of one patient as sealed bytes, always of one length: how long a value is must not tell a flag. The patient's
/// key is sealed with it, so that a value moved to another patient's row does not open.
/// </summary>
internal sealed class DemographicsSeal(Sealer sealer)
{
    private const int KeyLength = 16;
    private const int PostcodeAt = KeyLength + 1;
    private const int PostcodeLength = 8;
    private const int PracticeAt = PostcodeAt + PostcodeLength;
    private const int PracticeLength = 12;
    private const int SuccessorAt = PracticeAt + PracticeLength;
    private const int Length = SuccessorAt + 10;
    private const byte Sensitive = 1;
    private const byte Invalid = 2;

    public byte[] Seal(PatientKey patient, DemographicsRow row)
    {
        Span<byte> plain = stackalloc byte[Length];
        plain.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(plain, patient.Value);
        plain[KeyLength] = (byte)((row.IsSensitive ? Sensitive : 0) | (row.IsInvalid ? Invalid : 0));
        Encoding.ASCII.GetBytes(row.HomePostcode, plain.Slice(PostcodeAt, PostcodeLength));
        Encoding.ASCII.GetBytes(row.PracticeCode, plain.Slice(PracticeAt, PracticeLength));
        Encoding.ASCII.GetBytes(row.SupersededBy?.Value, plain[SuccessorAt..]);
        return sealer.Seal(plain);
    }

    /// <summary>Throws <see cref="CryptographicException"/> for what was not sealed here for this patient.</summary>
    public PatientRecord Open(PatientKey patient, ReadOnlySpan<byte> sealedBytes, DateTimeOffset asOf)
    {
        ReadOnlySpan<byte> plain = sealer.Open(sealedBytes);
        if (plain.Length != Length || System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(plain) != patient.Value)
            throw new CryptographicException("Not the sealed demographics of this patient.");

        NhsNumber? successor = null;
        if (TextOf(plain[SuccessorAt..]) is { } number && !NhsNumber.TryParse(number, out successor))
            throw new CryptographicException("Not sealed demographics of this version.");
        return new PatientRecord(
            TextOf(plain.Slice(PostcodeAt, PostcodeLength)), TextOf(plain.Slice(PracticeAt, PracticeLength)),
            (plain[KeyLength] & Sensitive) != 0, (plain[KeyLength] & Invalid) != 0, successor, asOf);
    }

    private static string? TextOf(ReadOnlySpan<byte> field)
    {
        var text = field.TrimEnd((byte)0);
        return text.IsEmpty ? null : Encoding.ASCII.GetString(text);
    }
}
