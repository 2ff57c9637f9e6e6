using System.Buffers.Text;
using System.Text.Json;

namespace Nems.Testing;

/// <summary>The unsigned tokens of the Spine.</summary>
public static class Token
{
    public static string For(string asid, string organisation, string scope, DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "https://caller.example",
            ["sub"] = $"https://fhir.nhs.uk/Id/accredited-system|{asid}",
            ["aud"] = "https://nems.example/STU3",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 300,
            ["reason_for_request"] = "directcare",
            ["scope"] = scope,
            ["requesting_system"] = $"https://fhir.nhs.uk/Id/accredited-system|{asid}",
            ["requesting_organisation"] = $"https://fhir.nhs.uk/Id/ods-organization-code|{organisation}",
        };
        return $"{Part(new { alg = "none", typ = "JWT" })}.{Part(claims)}.";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
