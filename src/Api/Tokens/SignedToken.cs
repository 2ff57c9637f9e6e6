using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Nems.Core.Problems;
using Nems.Core.Registry;
using Nems.Hosting;

namespace Nems.Api.Tokens;

/// <summary>
/// Checks a signed token. Nothing but the system's own key set and its one algorithm decides: what the token's header says
/// of keys is not listened to. Until the signature holds, an answer tells nothing of the registry.
/// </summary>
internal sealed class SignedToken(KeySets keys, TimeProvider clock, IOptions<AuthOptions> options) : IDisposable
{
    private const string Unproven = "The JWT is not signed with a key of the calling system";
    private const int LongestId = 128;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>Header members that bring keys along, or ask for something we do not do.</summary>
    private static readonly string[] Forbidden = ["jwk", "jku", "x5u", "x5c", "crit"];

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = 2 * Jwt.LongestToken };
    private readonly Audiences audiences = new(options.Value.Audience);

    // Where there is no key, the signature is checked all the same: an unknown key must not answer sooner than a bad signature.
    private readonly Lazy<RsaSecurityKey> decoyRsa = new(() => new RsaSecurityKey(RSA.Create(2048)));
    private readonly Lazy<ECDsaSecurityKey> decoyCurve = new(() => new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    public async ValueTask<TokenCheck> CheckAsync(string token, RegistrySnapshot registry, CancellationToken cancel)
    {
        var problems = new List<Problem>();
        if (Jwt.TryRead(token, problems) is not { } jwt) return TokenCheck.Refused(problems);

        var claims = IdentityClaims.Read(jwt.Payload, problems);
        if (claims.Asid is null) return TokenCheck.Refused(problems);

        var system = registry.TrySystem(claims.Asid, out var known) && known.Scheme == TokenScheme.Signed ? known : null;
        var lookup = system is null || !IsAllowed(jwt.Header, system.Algorithm, out var kid)
            ? new KeyLookup(null, IsUnavailable: false)
            : await keys.FindAsync(system, kid, cancel);
        if (lookup.IsUnavailable) return TokenCheck.Refused(SpineCode.TryAgainLater, "The key set of the calling system cannot be had at present");
        if (!await IsSignedAsync(token, lookup.Key, system?.Algorithm ?? SecurityAlgorithms.RsaSha512) || system is null)
            return TokenCheck.Refused(SpineCode.AuthorCredentialsError, Unproven);

        return Judge(jwt.Payload, claims, system, registry, problems);
    }

    public void Dispose()
    {
        if (decoyRsa.IsValueCreated) decoyRsa.Value.Rsa.Dispose();
        if (decoyCurve.IsValueCreated) decoyCurve.Value.ECDsa.Dispose();
    }

    /// <summary>From here on the claims are the system's own words.</summary>
    private TokenCheck Judge(
        JsonElement payload, IdentityClaims claims, RegisteredSystem system, RegistrySnapshot registry, List<Problem> problems)
    {
        var caller = claims.Find(registry, problems);
        var lifetime = TokenLifetime.Read(payload, LongestLife, clock.GetUtcNow(), SpineCode.AuthorCredentialsError, problems);
        var named = new ClaimReader(payload, problems).RequiredTexts(SpineCode.AuthorCredentialsError, "aud");
        if (named.Count > 0 && !named.Any(audiences.Name)) Refuse("The JWT was not issued for this service");

        var id = payload.TryGetProperty("jti", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (id is null or "" || id.Length > LongestId || id.Any(letter => letter is <= ' ' or > '~'))
            Refuse($"The claim jti must be a text of 1 to {LongestId} visible ASCII characters");

        if (problems.Count > 0 || caller is null || claims.Scopes is not { } scopes || lifetime is not { } good)
            return new TokenCheck(null, claims.Asid, system, claims.Scopes, problems);

        return TokenCheck.Accepted(new ProvenToken(
            caller, scopes, good.GoodThrough, registry.Version, SingleUseId: system.TokensAreReusable ? null : id));

        void Refuse(string diagnostics) => problems.Add(new Problem(SpineCode.AuthorCredentialsError, diagnostics));
    }

    private static bool IsAllowed(JsonElement header, string algorithm, out string? kid)
    {
        var hasKid = header.TryGetProperty("kid", out var id);
        kid = hasKid && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        return header.TryGetProperty("alg", out var named) && named.ValueKind == JsonValueKind.String && named.ValueEquals(algorithm)
            && (!hasKid || kid is { Length: > 0 })
            && !Forbidden.Any(member => header.TryGetProperty(member, out _));
    }

    private async Task<bool> IsSignedAsync(string token, SecurityKey? key, string algorithm)
    {
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key ?? Decoy(algorithm),
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = [algorithm],
            RequireSignedTokens = true,
            // The claims are judged by our own rules, with our own clock.
            RequireExpirationTime = false,
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
            LogValidationExceptions = false,
        });
        return result.IsValid && key is not null;
    }

    private SecurityKey Decoy(string algorithm) => algorithm == SecurityAlgorithms.EcdsaSha256 ? decoyCurve.Value : decoyRsa.Value;
}
