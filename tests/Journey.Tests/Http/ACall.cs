using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests.Http;

/// <summary>A good call, byte by byte; a test changes the one thing that it is about.</summary>
internal sealed class ACall
{
    private readonly List<(string Name, string Value)> headers = [];
    private string? token;

    private ACall(string method, string path, string asid, string organisation, string scope, string interaction)
    {
        (Method, Path) = (method, path);
        Claims = ClaimsOf(asid, organisation, scope);
        With("Host", "127.0.0.1").With("Connection", "close").With("fromASID", asid).With("toASID", TestRegistry.Nems).With("InteractionID", interaction);
    }

    public string Method { get; set; }

    public string Path { get; set; }

    public JsonObject TokenHeader { get; } = new() { ["alg"] = "none", ["typ"] = "JWT" };

    public JsonObject Claims { get; }

    public byte[] Body { get; set; } = [];

    public bool IsChunked { get; set; }

    /// <summary>Announces so many bytes whatever the body has.</summary>
    public long? AnnouncedLength { get; set; }

    public static ACall Publish(Message message)
    {
        var isR4 = message.Form.Release == FhirRelease.R4;
        var (asid, organisation) = message.Type.IsPds ? (TestRegistry.Pds, "X26") : (TestRegistry.Supplier, "A83627");
        var call = new ACall("POST", isR4 ? "/R4/$process-message" : "/STU3/Events/1/$process-message", asid, organisation, "patient/Bundle.write", message.Type.InteractionId) { Body = message.Body };
        return call.With("Content-Type", message.Form.Format == FhirFormat.Json ? "application/fhir+json" : "application/fhir+xml");
    }

    public static ACall Create(string resource, string mediaType = "application/fhir+xml", string asid = TestRegistry.Subscriber, string organisation = "T8T9T") =>
        new ACall("POST", "/STU3/Subscription", asid, organisation, "patient/Subscription.write", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost") { Body = Encoding.UTF8.GetBytes(resource) }
            .With("Content-Type", mediaType);

    public static ACall Read(string id, string asid = TestRegistry.Subscriber, string organisation = "T8T9T") =>
        new("GET", "/STU3/Subscription/" + id, asid, organisation, "patient/Subscription.read", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiGet");

    public static ACall Delete(string id, string asid = TestRegistry.Subscriber, string organisation = "T8T9T") =>
        new("DELETE", "/STU3/Subscription/" + id, asid, organisation, "patient/Subscription.write", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiDelete");

    /// <summary>One of the five calls by name, good as it is.</summary>
    public static ACall Of(string kind) => kind switch
    {
        "publish" => Publish(Message.Hearing.About(Patients.Jo)),
        "publish R4" => Publish(Message.Sample("newborn-hearing-1.new.r4.json").About(Patients.Jo)),
        "create" => Create(NemsClient.SubscriptionXml(
            $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{Patients.Jo}&MessageHeader.event=newborn-hearing-1", "T8T9T", "rest-hook", "https://hooks.example.nhs.uk/in")),
        "read" => Read(new string('0', 32)),
        "delete" => Delete(new string('0', 32)),
        _ => throw new ArgumentException("No such call.", nameof(kind)),
    };

    /// <summary>The header with this value instead of what it had.</summary>
    public ACall With(string name, string value)
    {
        Without(name);
        return And(name, value);
    }

    /// <summary>One more line of the header.</summary>
    public ACall And(string name, string value)
    {
        headers.Add((name, value));
        return this;
    }

    public ACall Without(string name)
    {
        headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (name == "Authorization") token = "";
        return this;
    }

    public ACall Claim(string name, JsonNode? value)
    {
        if (value is null) Claims.Remove(name);
        else Claims[name] = value;
        return this;
    }

    /// <summary>Sends this text as the bearer token.</summary>
    public ACall WithToken(string text)
    {
        token = text;
        return this;
    }

    public ACall Change(Action<ACall> change)
    {
        change(this);
        return this;
    }

    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Method} {Path} HTTP/1.1\r\n");
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        token ??= $"{Part(TokenHeader)}.{Part(Claims)}.";
        if (token.Length > 0) head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {token}\r\n");
        if (IsChunked)
            return [.. Encoding.UTF8.GetBytes(head + $"Transfer-Encoding: chunked\r\n\r\n{Body.Length:x}\r\n"), .. Body, .. Body.Length > 0 ? "\r\n0\r\n\r\n"u8 : "\r\n"u8];
        if (Body.Length > 0 || AnnouncedLength is not null || Method is "POST" or "PUT" or "PATCH")
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {AnnouncedLength ?? Body.Length}\r\n");
        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. Body];
    }

    public async Task<Answer> SendAsync(Uri service) =>
        await RawHttp.SendAsync(service, ToBytes()) ?? throw new InvalidOperationException("The service closed the connection without an answer.");

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonObject ClaimsOf(string asid, string organisation, string scope)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = "https://caller.example",
            ["sub"] = $"https://fhir.nhs.uk/Id/accredited-system|{asid}",
            ["aud"] = "http://127.0.0.1/STU3",
            ["iat"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["reason_for_request"] = "directcare",
            ["scope"] = scope,
            ["requesting_system"] = $"https://fhir.nhs.uk/Id/accredited-system|{asid}",
            ["requesting_organisation"] = $"https://fhir.nhs.uk/Id/ods-organization-code|{organisation}",
        };
    }
}
