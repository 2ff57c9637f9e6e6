using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace Nems.Cli.Calls;

/// <summary>Makes the unsigned token of the Spine (NEMS specification, "JWT"): one for each request, good for five minutes.</summary>
internal sealed class SpineToken(TimeProvider clock)
{
    public const string WriteEvents = "patient/Bundle.write";
    public const string WriteSubscriptions = "patient/Subscription.write";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>A token with an empty signature; it ends with a dot.</summary>
    public string Create(CallingSystem caller, Uri audience, string scope)
    {
        var now = clock.GetUtcNow();
        var system = $"https://fhir.nhs.uk/Id/accredited-system|{caller.Asid}";
        var claims = new JsonObject
        {
            ["iss"] = "https://nems.example.nhs.uk/command-line",
            ["sub"] = system,
            ["aud"] = audience.AbsoluteUri,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now).ToString("N"),
            ["reason_for_request"] = "directcare",
            ["scope"] = scope,
            ["requesting_system"] = system,
            ["requesting_organisation"] = $"https://fhir.nhs.uk/Id/ods-organization-code|{caller.Organisation}",
        };

        return $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}.";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
