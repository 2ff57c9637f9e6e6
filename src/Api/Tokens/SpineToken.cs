using System.Text.Json;
using Nems.Core.Problems;
using Nems.Core.Registry;

namespace Nems.Api.Tokens;

/// <summary>
/// Reads the unsigned token of the Spine (<c>alg: none</c>). It proves nothing by itself: who relies on it must also ask
/// <see cref="PeerTrust"/>.
/// </summary>
internal static class SpineToken
{
    /// <summary>Published client code takes an hour where the pages say five minutes (design decision 3.10).</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    public static TokenCheck Check(ReadOnlySpan<char> token, RegistrySnapshot registry, DateTimeOffset now, out TimeSpan life)
    {
        life = TimeSpan.Zero;
        var problems = new List<Problem>();
        if (Jwt.TryRead(token, problems) is not { } jwt) return TokenCheck.Refused(problems);

        if (!IsUnsigned(jwt))
            problems.Add(new Problem(SpineCode.InvalidToken, "The JWT associated with the Authorisation header must say alg none and have an empty signature"));
        var claims = IdentityClaims.Read(jwt.Payload, problems);
        new ClaimReader(jwt.Payload, problems).RequiredTexts(SpineCode.InvalidToken, "aud");
        var lifetime = TokenLifetime.Read(jwt.Payload, LongestLife, now, SpineCode.InvalidToken, problems);
        var caller = claims.Find(registry, problems);
        var system = claims.Asid is not null && registry.TrySystem(claims.Asid, out var known) ? known : null;
        if (system is { Scheme: not TokenScheme.Spine })
            problems.Add(new Problem(SpineCode.AsidCheckFailed, "The ASID is registered for another kind of token"));

        if (problems.Count > 0 || caller is null || claims.Scopes is not { } scopes || lifetime is not { } good)
            return new TokenCheck(null, claims.Asid, system, claims.Scopes, problems);

        life = good.Length;
        return TokenCheck.Accepted(new ProvenToken(caller, scopes, good.GoodThrough, registry.Version, SingleUseId: null));
    }

    private static bool IsUnsigned(Jwt jwt) =>
        !jwt.HasSignature && jwt.Header.TryGetProperty("alg", out var algorithm)
        && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("none");
}
