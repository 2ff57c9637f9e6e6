using System.Security.Cryptography;
using System.Text;
using Nems.Core.Ports;
using Nems.Core.Registry;

namespace Nems.Api;

/// <summary>Knows operators by their key, of which the registry holds the SHA-256 alone.</summary>
internal sealed class Operators(IRegistry registry)
{
    private const int LongestKey = 512;

    /// <summary>
    /// The operator whose key came as <c>Authorization: Bearer {key}</c>, if it has the role (or all: <c>*</c>); else null.
    /// Takes the same time whether and whichever operator it is.
    /// </summary>
    public RegisteredOperator? Identify(HttpContext context, string role)
    {
        if (!BearerToken.TryRead(context.Request.Headers.Authorization, out var key, out _) || key.Length > LongestKey) return null;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key.Span, hash);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        RegisteredOperator? found = null;
        foreach (var known in registry.Current.Operators)
        {
            Convert.FromHexString(known.KeySha256, expected, out _, out _);
            if (CryptographicOperations.FixedTimeEquals(hash, expected)) found = known;
        }

        return found is not null && (found.Roles.Contains(role) || found.Roles.Contains("*")) ? found : null;
    }

    private static void Hash(ReadOnlySpan<char> key, Span<byte> hash)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(key)];
        Encoding.UTF8.GetBytes(key, bytes);
        SHA256.HashData(bytes, hash);
        CryptographicOperations.ZeroMemory(bytes);
    }
}
