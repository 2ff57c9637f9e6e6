using System.Text;
using System.Text.Json.Nodes;
using Nems.Journey.Tests.Http;
using Nems.Testing;

namespace Nems.Journey.Tests.Privacy;

/// <summary>Calls of every family that is refused, with a canary in the very place that is wrong, and in those that nobody reads.</summary>
internal sealed class CanaryRefusals(Canaries canaries, CanaryScenario scenario)
{
    private static readonly string[] Kinds = ["publish", "publish R4", "create", "read", "delete"];

    private static readonly string[] Headers =
    [
        "fromASID", "toASID", "InteractionID", "Idempotency-Key", "Content-Type", "Accept", "Content-Encoding", "User-Agent", "X-Request-Id",
        "X-Correlation-Id", "Referer", "From", "Cookie", "Accept-Language", "X-Forwarded-For", "baggage", "tracestate", "If-Match", "Prefer",
    ];

    private static readonly string[] Claims =
    [
        "iss", "sub", "aud", "iat", "exp", "nbf", "jti", "reason_for_request", "scope", "requesting_system", "requesting_organisation",
        "requesting_organization", "requesting_user", "requesting_patient", "name", "family_name",
    ];

    public async Task PlayAsync(Uri service)
    {
        foreach (var kind in Kinds)
        {
            foreach (var header in Headers)
            {
                await AskAsync(service, $"{kind}: header {header}", ACall.Of(kind).With(header, canaries.Name($"{kind}: header {header}")));
                await AskAsync(service, $"{kind}: header {header}", ACall.Of(kind).With(header, canaries.NhsNumber($"{kind}: header {header}")));
            }

            await PlayTokenAsync(service, kind);
            await AskAsync(service, $"{kind}: query", ACall.Of(kind).Change(call => call.Path += $"?patient={canaries.NhsNumber($"{kind}: query")}&name={canaries.Name($"{kind}: query")}"));

            // A trace that the caller began: sixteen bytes of its own choice, in hexadecimal.
            var trace = canaries.NhsNumber($"{kind}: traceparent");
            await AskAsync(service, $"{kind}: traceparent", ACall.Of(kind).With("traceparent", $"00-{trace}{new string('a', 22)}-{new string('b', 16)}-01"));
        }

        await PlayPathsAsync(service);
        await PlayBodiesAsync(service);
        await PlaySubscriptionsAsync(service);
    }

    private async Task PlayTokenAsync(Uri service, string kind)
    {
        foreach (var claim in Claims)
        {
            await AskAsync(service, $"{kind}: claim {claim}", ACall.Of(kind).Claim(claim, canaries.Name($"{kind}: claim {claim}")));
            await AskAsync(service, $"{kind}: claim {claim}", ACall.Of(kind).Claim(claim, new JsonArray(canaries.NhsNumber($"{kind}: claim {claim}"))));
            var prefix = claim switch
            {
                "requesting_system" or "sub" => "https://fhir.nhs.uk/Id/accredited-system|",
                "requesting_organisation" or "requesting_organization" => "https://fhir.nhs.uk/Id/ods-organization-code|",
                _ => "http://fhir.nhs.net/Id/nhs-number|",
            };
            await AskAsync(service, $"{kind}: claim {claim}", ACall.Of(kind).Claim(claim, prefix + canaries.NhsNumber($"{kind}: well-formed claim {claim}")));
        }

        var user = "https://fhir.nhs.uk/Id/sds-role-profile-id|" + canaries.Name($"{kind}: good user");
        await AskAsync(service, $"{kind}: good user", ACall.Of(kind).Claim("sub", user).Claim("requesting_user", user)
            .Claim("requesting_patient", "http://fhir.nhs.net/Id/nhs-number|" + canaries.NhsNumber($"{kind}: good patient"))
            .Claim(canaries.Name($"{kind}: name of a claim"), new JsonObject { [canaries.Name($"{kind}: nested claim")] = canaries.Date($"{kind}: nested claim") }));
        await AskAsync(service, $"{kind}: token header", ACall.Of(kind).Change(call => call.TokenHeader["alg"] = canaries.Name($"{kind}: alg")));
        await AskAsync(service, $"{kind}: token header", ACall.Of(kind).Change(call => call.TokenHeader["kid"] = canaries.Name($"{kind}: kid")));
        await AskAsync(service, $"{kind}: token", ACall.Of(kind).WithToken(canaries.Name($"{kind}: token that is none")));
        await AskAsync(service, $"{kind}: scheme", ACall.Of(kind).Without("Authorization").And("Authorization", "Basic " + canaries.Name($"{kind}: Basic")));

    }

    private async Task PlayPathsAsync(Uri service)
    {
        // Warned about, once for each system: a line is written while a request with this path is under way.
        var life = ACall.Read(canaries.NhsNumber("path of a call with a long-lived token"), TestRegistry.OtherSubscriber, "Y12345");
        await AskAsync(service, "long life", life.Claim("exp", (long)life.Claims["iat"]! + 3600));

        foreach (var method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS" })
        {
            foreach (var path in new[] { "/", "/STU3/Subscription/", "/STU3/Events/1/$process-message/", "/STU3/Patient/", "/R4/", "/ops/destinations/", "/health/ready/", "/.well-known/" })
                await AskAsync(service, $"{method} {path}", ACall.Of("read").Change(call => (call.Method, call.Path) = (method, $"{path}{canaries.NhsNumber($"{method} {path}")}/{Uri.EscapeDataString(canaries.Line($"{method} {path}"))}?{canaries.Name($"{method} {path} query")}")));
            await AskAsync(service, $"{method} id", ACall.Of("read").Change(call => (call.Method, call.Path) = (method, "/STU3/Subscription/" + canaries.Name($"{method} id"))));
            await AskAsync(service, $"{method} search", ACall.Of("read").Change(call => (call.Method, call.Path) = (method, "/STU3/Subscription?identifier=" + canaries.NhsNumber($"{method} search"))));
        }

        foreach (var key in new[] { TestRegistry.OperatorKey, canaries.Name("operator key") })
            await AskAsync(service, "rotate", ACall.Of("read").Without("Authorization").And("Authorization", "Bearer " + key)
                .Change(call => (call.Method, call.Path) = ("POST", $"/ops/endpoints/{canaries.NhsNumber("endpoint to rotate")}/rotate-secret?who={canaries.Name("endpoint to rotate")}")));
        var unparsable = ACall.Of("read").Change(call => call.Method = canaries.Name("method"));
        await AskAsync(service, "method", unparsable);
        await AskAsync(service, "header name", ACall.Of("read").With("X " + canaries.Name("broken header"), canaries.Name("broken header value")));
        await AskAsync(service, "host", ACall.Of("read").With("Host", canaries.Name("Host") + " x"));
        await AskAsync(service, "huge header", ACall.Of("read").With("X-Large", string.Concat(Enumerable.Repeat(canaries.Name("huge header"), 3000))));
    }

    private async Task PlayBodiesAsync(Uri service)
    {
        (string Place, Func<string, string, string> Change)[] changes =
        [
            ("unclosed element", (xml, canary) => xml + $"<{canary}>"),
            ("bad attribute", (xml, canary) => xml.Replace("<type value=\"message\"/>", $"<type value={canary}/>", StringComparison.Ordinal)),
            ("entity", (xml, canary) => xml.Replace("value=\"message\"", $"value=\"&{canary};\"", StringComparison.Ordinal)),
            ("DTD", (xml, canary) => $"<!DOCTYPE {canary} [<!ENTITY {canary} SYSTEM \"file:///{canary}\">]>" + xml),
            ("processing instruction", (xml, canary) => $"<?{canary} {canary}?>" + xml),
            ("encoding", (xml, canary) => $"<?xml version=\"1.0\" encoding=\"{canary}\"?>" + xml),
            ("root element", (xml, canary) => xml.Replace("Bundle", canary, StringComparison.Ordinal)),
            ("namespace", (xml, canary) => xml.Replace("http://hl7.org/fhir\"", $"http://{canary}\"", StringComparison.Ordinal)),
            ("Bundle.type", (xml, canary) => xml.Replace("value=\"message\"", $"value=\"{canary}\"", StringComparison.Ordinal)),
            ("event code", (xml, canary) => xml.Replace("value=\"newborn-hearing-1\"", $"value=\"{canary}\"", StringComparison.Ordinal)),
            ("event system", (xml, canary) => xml.Replace("CodeSystem/EventType-1", canary, StringComparison.Ordinal)),
            ("messageEventType", (xml, canary) => xml.Replace("<code value=\"new\"/>", $"<code value=\"{canary}\"/>", StringComparison.Ordinal)),
            ("lastUpdated", (xml, canary) => xml.Replace("2026-03-20T11:40:12.250+00:00", canary, StringComparison.Ordinal)),
            ("message id", (xml, canary) => xml.Replace("<id value=\"", $"<id value=\"{canary}", StringComparison.Ordinal)),
            ("reference", (xml, canary) => xml.Replace("<reference value=\"urn:uuid:", $"<reference value=\"urn:uuid:{canary}", StringComparison.Ordinal)),
            ("resource type", (xml, canary) => xml.Replace("Encounter>", canary + ">", StringComparison.Ordinal)),
            ("element name", (xml, canary) => xml.Replace("<Patient>", $"<Patient><{canary}><{canary} {canary}=\"{canary}\"/></{canary}>", StringComparison.Ordinal)),
            ("extension url", (xml, canary) => xml.Replace("<extension url=\"nhsNumber\">", $"<extension url=\"{canary}\">", StringComparison.Ordinal)),
            ("identifier system", (xml, canary) => xml.Replace("https://fhir.nhs.uk/Id/nhs-number", canary, StringComparison.Ordinal)),
            ("birth date", (xml, canary) => xml.Replace("2026-03-09", canary, StringComparison.Ordinal)),
            ("routing number", (xml, canary) => xml.Replace("9990000026", canary, StringComparison.Ordinal)),
            ("practice", (xml, canary) => xml.Replace("<Patient>", $"<Patient><generalPractitioner><reference value=\"https://directory.spineservices.nhs.uk/STU3/Organization/{canary}\"/></generalPractitioner>", StringComparison.Ordinal)),
        ];
        var sample = Encoding.UTF8.GetString(Message.Hearing.Body);
        foreach (var (place, change) in changes)
        {
            foreach (var canary in new[] { canaries.Name($"body: {place}"), canaries.NhsNumber($"body: {place}") })
                await AskAsync(service, $"body: {place}", ACall.Of("publish").Change(call => call.Body = Encoding.UTF8.GetBytes(change(sample, canary))));
        }

        foreach (var json in new Func<string, string>[]
        {
            canary => canary, canary => $"{{\"{canary}\": {canary}}}", canary => $"{{\"resourceType\": \"{canary}\"}}", canary => $"{{\"{canary}\": 1, \"{canary}\": 2}}",
            canary => $"{{\"resourceType\": \"Bundle\", \"type\": \"{canary}\", \"{canary}\": [\"{canary}\"]}}", canary => $"[\"{canary}",
        })
            await AskAsync(service, "JSON", ACall.Of("publish R4").Change(call => call.Body = Encoding.UTF8.GetBytes(json(canaries.Name("R4 JSON body")))));
    }

    private async Task PlaySubscriptionsAsync(Uri service)
    {
        (string What, string By)[] changes =
        [
            ("value=\"requested\"", "value=\"{0}\""), ("<status value=\"requested\"/>", "<id value=\"{0}\"/><status value=\"requested\"/>"),
            ("<status value=\"requested\"/>", "<{0} value=\"{0}\"/><status value=\"requested\"/>"), ("<status value=\"requested\"/>", "<status {0}=\"{0}\" value=\"requested\"/>"),
            ("<status value=\"requested\"/>", "<implicitRules value=\"urn:{0}\"/><status value=\"requested\"/>"), ("<criteria", "<end value=\"{0}\"/><criteria"),
            ("<criteria", "<error value=\"{0}\"/><criteria"), ("<channel>", "<tag><code value=\"{0}\"/></tag><channel>"), ("<channel>", "<channel><{0}><{0}/></{0}>"),
            ("Organization/T8T9T", "Organization/{0}"), ("https://directory.spineservices.nhs.uk/STU3/Organization/T8T9T", "{0}"), ("<system value=\"url\"/>", "<system value=\"{0}\"/>"),
            ("<use value=\"work\"/>", "<use value=\"{0}\"/>"), ("type=message", "type={0}"), ("type=message", "type=message&amp;{0}=1"), ("type=message", "type=message&amp;Patient.age={0}"),
            ("type=message", "type=message&amp;serviceType={0}"), ("type=message", "type=message&amp;tag={0} {0}"), ("type=message", "type=message&amp;GPRegistration={0}"),
            ("type=message", "type=message&amp;subscriptionRuleType={0}"), ("event=newborn-hearing-1", "event={0}"), ("https://fhir.nhs.uk/Id/nhs-number|", "https://{0}|"),
            ("Patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018", "subscriptionRuleType=GP_GP_GP&amp;Organization.identifier=x{0}-x"),
            ("<type value=\"rest-hook\"/>", "<type value=\"{0}\"/>"), ("hooks.example.nhs.uk/in", "{0}.example/{0}"), ("https://hooks.example.nhs.uk/in", "https://{0}:{0}@hooks.example.nhs.uk/in"),
            ("https://hooks.example.nhs.uk/in", "{0}"), ("<type value=\"rest-hook\"/>", "<type value=\"message\"/>"), ("https://hooks.example.nhs.uk/in", "https://hooks.example.nhs.uk/in#{0}"),
            ("</channel>", "<payload value=\"{0}\"/></channel>"), ("</channel>", "<header value=\"{0}\"/></channel>"), ("</channel>", "<header value=\"Host: {0}\"/></channel>"),
            ("</channel>", "<header value=\"webhook-secret: {0}\"/></channel>"), ("</channel>", "<header value=\"webhook-signature-scheme: {0}\"/></channel>"),
            ("<status value=\"requested\"/>", "<contained><Patient><name><family value=\"{0}\"/></name></Patient></contained><status value=\"requested\"/>"),
            ("</Subscription>", "</{0}>"), ("<Subscription", "<!DOCTYPE {0}><Subscription"), ("Subscription", "{0}"),
        ];
        var sample = Encoding.UTF8.GetString(ACall.Of("create").Body);
        for (var number = 0; number < changes.Length; number++)
        {
            var (what, by) = changes[number];
            if (!sample.Contains(what, StringComparison.Ordinal)) throw new InvalidOperationException("Not in the sample: " + what);
            foreach (var canary in new[] { canaries.Name($"subscription change {number}: {by}"), canaries.NhsNumber($"subscription change {number}: {by}") })
                await AskAsync(service, $"subscription: {by}", ACall.Create(sample.Replace(what, by.Replace("{0}", canary, StringComparison.Ordinal), StringComparison.Ordinal)));
        }

        // Well formed as a code, and yet a patient's number.
        foreach (var rule in new[] { "GP_GP_GP", "CHO_GP_CCG", "CHO_POSTCODE_CCG", "UHV_POSTCODE_LACODE", "COUNTRYCODE" })
            await AskAsync(service, rule, ACall.Create(NemsClient.SubscriptionXml(
                $"/Bundle?type=message&subscriptionRuleType={rule}&Organization.identifier={canaries.NhsNumber($"code of {rule}")}&MessageHeader.event=newborn-hearing-1", "T8T9T", "rest-hook", "https://hooks.example.nhs.uk/in")));
        foreach (var json in new Func<string, string>[] { canary => canary, canary => $"{{\"resourceType\": \"{canary}\"}}", canary => $"{{\"resourceType\": \"Subscription\", \"{canary}\": \"{canary}\", \"status\": \"{canary}\", \"end\": \"{canary}\"}}" })
            await AskAsync(service, "JSON", ACall.Create(json(canaries.Name("subscription as JSON")), "application/fhir+json"));
    }

    private async Task AskAsync(Uri service, string what, ACall call)
    {
        var answer = await scenario.TellAsync(service, what, call);
        if (answer.Status >= 500 && answer.Status is not 501 and not 505) throw new InvalidOperationException($"{what} was answered {answer}");
    }
}
