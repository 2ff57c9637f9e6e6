using System.Collections.Concurrent;
using Nems.Core.Events;
using Nems.Journey.Tests.Http;
using Nems.Testing;

namespace Nems.Journey.Tests.Privacy;

/// <summary>
/// A day in the life of a service in which every field of every call, and every answer of every receiver, holds a canary:
/// good calls, refused ones, failing deliveries, dead letters. Keeps all that callers were told.
/// </summary>
internal sealed class CanaryScenario(Canaries canaries, HostileEndpoint endpoint, ConcurrentQueue<string> told)
{
    private static readonly string[] Samples =
    [
        "newborn-hearing-1.new.xml", "newborn-hearing-1.new.r4.xml", "newborn-hearing-1.new.r4.json", "blood-spot-test-outcome-1.new.xml",
        "nipe-outcome-1.new.xml", "professional-contacts-1.new.xml", "vaccinations-1.given.xml", "pds-birth-notification-1.with-mother.xml",
        "pds-death-notification-1.formal.xml", "pds-change-of-address-1.new.xml", "pds-change-of-gp-1.with-previous.xml", "pds-record-change-1.new.xml",
    ];

    /// <summary>Attempts of a delivery that always fails, with the schedule of <see cref="Settings"/>.</summary>
    private const int AllAttempts = 3;

    private readonly List<(string Kind, Message Message, string Subscription)> watched = [];

    public static IReadOnlyList<string> Settings =>
    [
        "Nems:Retry:Schedule:0=00:00:00.050", "Nems:Retry:Schedule:1=00:00:00.050", "Nems:Retry:OwnFaultDelay=00:00:00.050", "Nems:Retry:Jitter=0",
    ];

    /// <summary>How receivers answer: each kind has a path of its own, and canaries in everything it says.</summary>
    public void PrepareReceivers()
    {
        endpoint.Answers["ok"] = Said("200 OK", "ok");
        endpoint.Answers["busy"] = Said($"503 {canaries.Name("status line: busy")}", "busy", $"Retry-After: {canaries.Name("Retry-After")}\r\n");
        endpoint.Answers["refuses"] = Said($"422 {canaries.NhsNumber("status line: refuses")}", "refuses");
        endpoint.Answers["forbids"] = Said($"401 {canaries.Name("status line: forbids")}", "forbids", $"WWW-Authenticate: Basic realm=\"{canaries.Name("WWW-Authenticate")}\"\r\n");
        endpoint.Answers["redirects"] = Said("302 Found", "redirects", $"Location: http://127.0.0.1/{canaries.NhsNumber("Location")}?name={canaries.Name("Location")}\r\n");
        endpoint.Answers["gone"] = Said($"410 {canaries.Name("status line: gone")}", "gone");
        endpoint.Answers["babbles"] = $"HTTP/1.1 {canaries.Name("status line that is none")} {canaries.NhsNumber("status line that is none")}\r\n\r\n";
        endpoint.Answers["lies"] = $"HTTP/1.1 503 Busy\r\nContent-Length: {canaries.Name("Content-Length")}\r\n\r\n{canaries.Name("body of a lie")}";
        endpoint.Answers["hangs-up"] = "";
    }

    /// <summary>Subscribes, publishes and waits until every delivery has come to its end.</summary>
    public async Task DeliverAsync(Uri service)
    {
        string[] kinds = [.. endpoint.Answers.Keys.Order(StringComparer.Ordinal)];
        for (var number = 0; number < Samples.Length; number++)
        {
            var kind = kinds[number % kinds.Length];
            var (message, nhsNumber) = CanaryMessages.Of(Samples[number], canaries);
            var subscription = await SubscribeAsync(service, kind, nhsNumber, Samples[number]);
            watched.Add((kind, message, subscription));
        }

        foreach (var (_, message, _) in watched) Expect(202, await TellAsync(service, "good event", ACall.Publish(message).And("Idempotency-Key", canaries.Name("good Idempotency-Key"))));
        foreach (var kind in watched.Where(one => one.Message.Type != EventType.Birth).GroupBy(one => one.Kind))
            await endpoint.ReceivesAsync(kind.Key, kind.Count() * (kind.Key is "ok" or "gone" ? 1 : AllAttempts));
    }

    /// <summary>After a restart: the same patients again, and the subscriptions read and deleted.</summary>
    public async Task GoOnAsync(Uri service)
    {
        foreach (var (_, message, _) in watched) Expect(202, await TellAsync(service, "event after a restart", ACall.Publish(message)));
        foreach (var (_, _, subscription) in watched)
        {
            var read = await ACall.Read(subscription).SendAsync(service);
            Expect(200, read);

            // The resource goes back to its owner as it was sent; only the head is told to the world.
            told.Enqueue(read.Head);
            Expect(200, await TellAsync(service, "delete", ACall.Delete(subscription)));
        }
    }

    /// <summary>Sends a call and keeps what was answered.</summary>
    public async Task<Answer> TellAsync(Uri service, string what, ACall call)
    {
        var answer = await RawHttp.SendAsync(service, call.ToBytes()) ?? new Answer(0, "", []);
        told.Enqueue($"{what}\n{answer.Head}\n\n{answer.Text}");
        return answer;
    }

    private async Task<string> SubscribeAsync(Uri service, string kind, string nhsNumber, string sample)
    {
        var events = string.Concat(EventType.All.Select(type => $"&amp;MessageHeader.event={type.Code}"));
        var place = $"subscription for {sample}";
        var xml = $"""
            <Subscription xmlns="http://hl7.org/fhir">
              <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">{canaries.Name(place + ": narrative")}</div></text>
              <contained><Provenance><target><display value="{canaries.Name(place + ": Provenance")}"/></target><recorded value="2026-01-01T00:00:00Z"/><agent><who><display value="{canaries.Name(place + ": agent")}"/></who></agent></Provenance></contained>
              <extension url="https://example.nhs.uk/{canaries.Name(place + ": extension url")}"><valueString value="{canaries.Name(place + ": extension")}"/></extension>
              <status value="requested"/>
              <contact><system value="url"/><value value="https://directory.spineservices.nhs.uk/STU3/Organization/T8T9T"/><use value="work"/></contact>
              <contact><system value="phone"/><value value="{canaries.NhsNumber(place + ": second contact")}"/><use value="home"/></contact>
              <reason value="{canaries.Name(place + ": reason")} {canaries.Date(place + ": reason")} {canaries.Postcode(place + ": reason")}"/>
              <criteria value="/Bundle?type=message&amp;Patient.identifier={NhsNumber.System}|{nhsNumber}{events}&amp;tag={canaries.Name(place + ": tag")}"/>
              <channel>
                <type value="rest-hook"/>
                <endpoint value="http://127.0.0.1:{endpoint.Port}/{kind}/{canaries.NhsNumber(place + ": endpoint path")}?name={canaries.Name(place + ": endpoint query")}"/>
                <payload value="application/fhir+xml"/>
                <header value="X-{canaries.Name(place + ": header name")}: {canaries.Name(place + ": header value")}"/>
                <header value="Authorization: Bearer {canaries.Name(place + ": receiver's token")}"/>
              </channel>
            </Subscription>
            """;
        var answer = await TellAsync(service, "subscribe", ACall.Create(xml));
        Expect(201, answer);
        return answer.Header("Location")!.Split('/')[^1];
    }

    private string Said(string status, string kind, string more = "")
    {
        var body = $"{canaries.Name($"body of {kind}")} {canaries.NhsNumber($"body of {kind}")}";
        return $"HTTP/1.1 {status}\r\n{more}X-Patient: {canaries.Name($"header of {kind}")}\r\nSet-Cookie: p={canaries.Name($"cookie of {kind}")}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
    }

    private static void Expect(int status, Answer answer)
    {
        if (answer.Status != status) throw new InvalidOperationException($"Not {status} but {answer}");
    }
}
