using System.Collections.Frozen;
using System.Text.Json;
using Nems.Core.Events;
using Nems.Core.Registry;

namespace Nems.Hosting;

/// <summary>Reads one member of <c>systems</c>.</summary>
internal static class RegistrySystems
{
    private const int AllTypes = (1 << 10) - 1;

    /// <summary>The system; of no use when something was noted as wrong.</summary>
    public static RegisteredSystem Read(JsonElement element, string place, RegistryFindings findings)
    {
        var system = new RegistryObject(element, place, findings, "asid", "name", "organisations", "publishes", "pds", "subscribes",
            "scheme", "certificateThumbprints", "jwksUri", "jwks", "algorithm", "tokens");
        var asid = system.RequiredText("asid");
        if (asid is not null && RegistryForms.Asid(asid) is null) system.Wrong("asid", $"must be {RegistryForms.OfAsid}");

        var organisations = system.Texts("organisations", RegistryForms.Ods, RegistryForms.OfOds);
        if (!system.Items("organisations").Any()) system.Wrong("organisations", "must name at least one organisation");

        var isPds = system.Flag("pds");
        var scheme = system.Choice("scheme", "Spine", "Signed") == "Signed" ? TokenScheme.Signed : TokenScheme.Spine;
        var (types, events) = ReadSubscribes(system, findings);
        return new RegisteredSystem
        {
            Asid = asid ?? "",
            Name = system.Text("name") ?? asid ?? "",
            Organisations = organisations.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            Publishes = EventBits(system, "publishes", maySayPds: isPds),
            IsPds = isPds,
            MaySubscribeExplicitly = types.Contains("explicit") || types.Contains("*"),
            MaySubscribeByRule = types.Contains("generic") || types.Contains("*"),
            SubscribesTo = events,
            Scheme = scheme,
            CertificateThumbprints = system.Texts("certificateThumbprints", RegistryForms.Sha256, RegistryForms.OfSha256)
                .ToFrozenSet(StringComparer.Ordinal),
            JwksUri = ReadJwksUri(system),
            Jwks = ReadJwks(system, scheme),
            Algorithm = system.Choice("algorithm", "RS512", "RS256", "ES256"),
            TokensAreReusable = system.Choice("tokens", "single-use", "reusable") == "reusable",
        };
    }

    private static (IReadOnlyList<string> Types, int Events) ReadSubscribes(RegistryObject system, RegistryFindings findings)
    {
        if (system.Member("subscribes") is not { } element) return ([], 0);
        var subscribes = new RegistryObject(element, system.At("subscribes"), findings, "types", "events");
        var types = subscribes.Texts("types", text => text is "explicit" or "generic" or "*" ? text : null, "explicit, generic or *");
        return (types, EventBits(subscribes, "events", maySayPds: true));
    }

    private static int EventBits(RegistryObject owner, string member, bool maySayPds)
    {
        var bits = 0;
        foreach (var code in owner.Texts(member, text => text == "*" || EventType.TryParse(text, out _) ? text : null, "an event code or *"))
        {
            if (!EventType.TryParse(code, out var type)) bits = AllTypes;
            else if (type.IsPds && !maySayPds) owner.Wrong(member, "may name pds-* events only on a system with \"pds\": true");
            else bits |= 1 << type.Index;
        }

        return bits;
    }

    private static Uri? ReadJwksUri(RegistryObject system)
    {
        if (system.Text("jwksUri") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0) return uri;
        system.Wrong("jwksUri", "must be an absolute https address without user name");
        return null;
    }

    private static string? ReadJwks(RegistryObject system, TokenScheme scheme)
    {
        var jwks = system.Member("jwks");
        var hasUri = system.Member("jwksUri") is not null;
        if (scheme == TokenScheme.Signed && jwks is null && !hasUri) system.Wrong("scheme", "Signed needs jwks or jwksUri");
        if (jwks is null) return null;
        if (hasUri) system.Wrong("jwks", "cannot stand beside jwksUri: give one of them");
        if (!HoldsPublicKeys(jwks.Value)) system.Wrong("jwks", "must be a JSON Web Key Set of public RSA or EC keys, with nothing private in it");
        return jwks.Value.GetRawText();
    }

    private static bool HoldsPublicKeys(JsonElement jwks) =>
        jwks.ValueKind == JsonValueKind.Object && jwks.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
        && keys.GetArrayLength() > 0 && keys.EnumerateArray().All(IsPublicKey);

    private static bool IsPublicKey(JsonElement key) =>
        key.ValueKind == JsonValueKind.Object && key.TryGetProperty("kty", out var type) && type.ValueKind == JsonValueKind.String
        && type.GetString() is "RSA" or "EC" && !key.TryGetProperty("d", out _) && !key.TryGetProperty("k", out _);
}
