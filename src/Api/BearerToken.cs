using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>The token of an Authorization header.</summary>
internal static class BearerToken
{
    private const string Prefix = "Bearer ";

    /// <summary>The text after <c>Bearer</c>, without a copy; or the problem that there is none.</summary>
    public static bool TryRead(StringValues header, out ReadOnlyMemory<char> token, [NotNullWhen(false)] out Problem? fault)
    {
        token = default;
        fault = null;
        if (header.Count == 0 || (header.Count == 1 && string.IsNullOrEmpty(header[0])))
        {
            fault = new Problem(SpineCode.InvalidToken, "The Authorisation header must be supplied");
            return false;
        }

        if (header.Count == 1 && header[0] is { } text && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            token = text.AsMemory(Prefix.Length).Trim();
        if (!token.IsEmpty) return true;

        fault = new Problem(SpineCode.InvalidToken, "The Authorisation header must be given once, as Bearer [JWT]");
        return false;
    }
}
