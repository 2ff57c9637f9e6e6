using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Nems.Host.Tests.Auth;

/// <summary>A good call of a registered system; tests change the one thing they are about.</summary>
internal static class ACall
{
    public const string Asid = "200000000205";
    public const string Nems = "111111111111";
    public const string Organisation = "T8T9T";
    public const string AsidSystem = "https://fhir.nhs.uk/Id/accredited-system|";
    public const string OdsSystem = "https://fhir.nhs.uk/Id/ods-organization-code|";
    public const string NhsNumber = "9912003888";

    public static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    public static long Seconds(int fromNow = 0) => Now.ToUnixTimeSeconds() + fromNow;

    public static JsonObject Claims() => new()
    {
        ["iss"] = "https://client.example",
        ["sub"] = AsidSystem + Asid,
        ["aud"] = "https://nems.example/STU3",
        ["iat"] = Seconds(),
        ["exp"] = Seconds(300),
        ["reason_for_request"] = "directcare",
        ["scope"] = "patient/Subscription.write patient/Subscription.read patient/Bundle.write",
        ["requesting_system"] = AsidSystem + Asid,
        ["requesting_organization"] = OdsSystem + Organisation,
    };

    /// <summary>The good claims with one of them replaced by this JSON; taken out where it is null.</summary>
    public static JsonObject Claims(string claim, string? json)
    {
        var claims = Claims();
        if (json is null) claims.Remove(claim);
        else claims[claim] = JsonNode.Parse(json);
        return claims;
    }

    public static string Spine(JsonObject? claims = null) =>
        $"{SigningKey.Text(new JsonObject { ["alg"] = "none", ["typ"] = "JWT" })}.{SigningKey.Text(claims ?? Claims())}.";

    public static DefaultHttpContext With(string token, string interaction = "urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost")
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/STU3/Subscription";
        context.Request.Headers["fromASID"] = Asid;
        context.Request.Headers["toASID"] = Nems;
        context.Request.Headers["InteractionID"] = interaction;
        context.Request.Headers.Authorization = string.Create(CultureInfo.InvariantCulture, $"Bearer {token}");
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        return context;
    }
}
