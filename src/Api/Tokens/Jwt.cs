using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Nems.Core.Problems;
using Nems.Hosting;

namespace Nems.Api.Tokens;

/// <summary>The parts of a JSON Web Token as they were sent; nothing is proven by reading them.</summary>
/// <param name="Header">A JSON object.</param>
/// <param name="Payload">A JSON object.</param>
/// <param name="HasSignature">The third part is not empty.</param>
internal sealed record Jwt(JsonElement Header, JsonElement Payload, bool HasSignature)
{
    /// <summary>The longest token read, in characters.</summary>
    public const int LongestToken = 8192;

    private const int DeepestNesting = 8;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Null, with a problem added, where the text is no token.</summary>
    public static Jwt? TryRead(ReadOnlySpan<char> token, List<Problem> problems)
    {
        Span<Range> parts = stackalloc Range[4];
        if (token.Length > LongestToken || token.Split(parts, '.') != 3 || token[parts[0]].IsEmpty || token[parts[1]].IsEmpty)
        {
            problems.Add(new Problem(SpineCode.InvalidToken, "The JWT associated with the Authorisation header must have the 3 sections"));
            return null;
        }

        if (TryDecode(token[parts[0]]) is { } header && TryDecode(token[parts[1]]) is { } payload && !token[parts[2]].ContainsAnyExcept(Letters))
            return new Jwt(header, payload, HasSignature: !token[parts[2]].IsEmpty);

        problems.Add(new Problem(SpineCode.InvalidToken,
            "The JWT associated with the Authorisation header must hold base64url-encoded JSON objects, with no name given twice"));
        return null;
    }

    public override string ToString() => "(token)";

    private static JsonElement? TryDecode(ReadOnlySpan<char> part)
    {
        if (part.ContainsAnyExcept(Letters) || part.Length % 4 == 1) return null;

        // The last letter may hold bits that belong to no byte; the calls without a status throw then.
        var json = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (Base64Url.DecodeFromChars(part, json, out _, out var length) != OperationStatus.Done) return null;
        return StrictJson.TryParse(json.AsMemory(0, length), DeepestNesting, out var element, out _)
            && element.ValueKind == JsonValueKind.Object ? element : null;
    }
}
