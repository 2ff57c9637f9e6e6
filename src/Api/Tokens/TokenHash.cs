using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Nems.Api.Tokens;

/// <summary>SHA-256 of a token's text: enough to know it again, of no use for calling.</summary>
internal readonly record struct TokenHash(UInt128 High, UInt128 Low)
{
    public static TokenHash Of(ReadOnlySpan<char> token)
    {
        var most = Encoding.UTF8.GetMaxByteCount(token.Length);
        if (most <= 4096)
        {
            Span<byte> buffer = stackalloc byte[4096];
            return Of(buffer[..Encoding.UTF8.GetBytes(token, buffer)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return Of(rented.AsSpan(0, Encoding.UTF8.GetBytes(token, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>A part of a good hash is a good hash.</summary>
    public override int GetHashCode() => (int)(uint)Low;

    private static TokenHash Of(ReadOnlySpan<byte> token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, hash);
        return new TokenHash(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
