using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nems.Core.Events;

namespace Nems.Testing;

/// <summary>Calls a running service as publishers and subscribers do.</summary>
public sealed class NemsClient(Uri address, TimeProvider clock) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60 * ReferenceFiles.Scale) };

    public HttpClient Http => http;

    public async Task<EventId> PublishAsync(Message message, string? idempotencyKey = null)
    {
        using var answer = await PostEventAsync(message, idempotencyKey: idempotencyKey);
        if ((int)answer.StatusCode != 202)
            throw new InvalidOperationException($"Publishing was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return EventId.TryParse(answer.Headers.GetValues("Nems-Event-Id").Single(), out var id) ? id : throw new InvalidOperationException("No event id.");
    }

    public Task<HttpResponseMessage> PostEventAsync(
        Message message, string? asid = null, string? interaction = null, Action<HttpRequestMessage>? change = null, string? idempotencyKey = null)
    {
        asid ??= message.Type.IsPds ? TestRegistry.Pds : TestRegistry.Supplier;
        var organisation = asid == TestRegistry.Pds ? "X26" : "A83627";
        var isR4 = message.Form.Release == FhirRelease.R4;
        var request = Request(HttpMethod.Post, isR4 ? "/R4/$process-message" : "/STU3/Events/1/$process-message", asid, organisation, "patient/Bundle.write", interaction ?? message.Type.InteractionId);
        request.Content = new ByteArrayContent(message.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(message.Form.Format == FhirFormat.Json ? "application/fhir+json" : "application/fhir+xml");
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        change?.Invoke(request);
        return http.SendAsync(request);
    }

    /// <summary>Subscribes a webhook to one patient; gives the id and, the first time for an endpoint, its secret.</summary>
    public Task<(string Id, string? Secret)> SubscribeAsync(string nhsNumber, string endpoint, IEnumerable<EventType>? events = null, string organisation = "T8T9T", string? tag = null, params string[] headers)
    {
        var wanted = string.Concat((events ?? EventType.All).Select(type => $"&MessageHeader.event={type.Code}"));
        var criteria = $"/Bundle?type=message&Patient.identifier={NhsNumber.System}|{nhsNumber}{wanted}{(tag is null ? "" : $"&tag={tag}")}";
        return CreateAsync(SubscriptionXml(criteria, organisation, "rest-hook", endpoint, headers), organisation);
    }

    /// <summary>Subscribes a webhook by a rule.</summary>
    public Task<(string Id, string? Secret)> SubscribeByRuleAsync(string rule, string code, EventType type, string endpoint, string organisation = "T8T9T", string more = "") =>
        CreateAsync(SubscriptionXml($"/Bundle?type=message&subscriptionRuleType={rule}&Organization.identifier={code}&MessageHeader.event={type.Code}{more}", organisation, "rest-hook", endpoint), organisation);

    public async Task<(string Id, string? Secret)> CreateAsync(string xml, string organisation = "T8T9T")
    {
        using var answer = await PostSubscriptionAsync(xml, organisation: organisation);
        if ((int)answer.StatusCode != 201)
            throw new InvalidOperationException($"Subscribing was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        var secret = answer.Headers.TryGetValues("Webhook-Secret", out var values) ? values.Single() : null;
        return (answer.Headers.Location!.ToString().Split('/')[^1], secret);
    }

    public Task<HttpResponseMessage> PostSubscriptionAsync(string body, string asid = TestRegistry.Subscriber, string organisation = "T8T9T", string mediaType = "application/fhir+xml", Action<HttpRequestMessage>? change = null)
    {
        var request = Request(HttpMethod.Post, "/STU3/Subscription", asid, organisation, "patient/Subscription.write", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiPost");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        change?.Invoke(request);
        return http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetSubscriptionAsync(string id, string asid = TestRegistry.Subscriber, string organisation = "T8T9T", string? accept = null)
    {
        var request = Request(HttpMethod.Get, $"/STU3/Subscription/{id}", asid, organisation, "patient/Subscription.read", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiGet");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return http.SendAsync(request);
    }

    public Task<HttpResponseMessage> DeleteSubscriptionAsync(string id, string asid = TestRegistry.Subscriber, string organisation = "T8T9T") =>
        http.SendAsync(Request(HttpMethod.Delete, $"/STU3/Subscription/{id}", asid, organisation, "patient/Subscription.write", "urn:nhs:names:services:clinicals-sync:SubscriptionsApiDelete"));

    /// <summary>Imports reference data as an operator: kind is practices, postcodes or sublocations.</summary>
    public Task<HttpResponseMessage> ImportReferenceAsync(string kind, Stream content, string query = "", string key = TestRegistry.OperatorKey, CancellationToken cancel = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/reference/{kind}{query}") { Content = new StreamContent(content) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http.SendAsync(request, cancel);
    }

    /// <summary>What <c>GET /ops/reference</c> says.</summary>
    public async Task<JsonElement> ReferenceStatusAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ops/reference");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestRegistry.OperatorKey);
        using var answer = await http.SendAsync(request);
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    public static string SubscriptionXml(string criteria, string organisation, string channel, string endpoint, params string[] headers) =>
        $"""
        <Subscription xmlns="http://hl7.org/fhir">
          <status value="requested"/>
          <contact><system value="url"/><value value="https://directory.spineservices.nhs.uk/STU3/Organization/{organisation}"/><use value="work"/></contact>
          <reason value="Direct care of this patient"/>
          <criteria value="{criteria.Replace("&", "&amp;", StringComparison.Ordinal)}"/>
          <channel><type value="{channel}"/><endpoint value="{endpoint}"/>{string.Concat(headers.Select(header => $"<header value=\"{header}\"/>"))}</channel>
        </Subscription>
        """;

    public HttpRequestMessage Request(HttpMethod method, string path, string asid, string organisation, string scope, string interaction)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("fromASID", asid);
        request.Headers.TryAddWithoutValidation("toASID", TestRegistry.Nems);
        request.Headers.TryAddWithoutValidation("InteractionID", interaction);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token.For(asid, organisation, scope, clock.GetUtcNow()));
        return request;
    }

    public void Dispose() => http.Dispose();
}
