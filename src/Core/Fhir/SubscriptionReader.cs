using System.Globalization;
using System.Net.Http.Headers;
using Hl7.Fhir.Model;
using Nems.Core.Deliver;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Subscribe;
using Subscription = Hl7.Fhir.Model.Subscription;

namespace Nems.Core.Fhir;

/// <summary>
/// Subscription resource → what it says, or problems: every rule of the NEMS specification on the resource by itself. Rights and
/// places of delivery are judged by the use case. Answers any bytes; no problem quotes them.
/// </summary>
internal static class SubscriptionReader
{
    private const int MaxProblems = 50;
    private const string Directory = "https://directory.spineservices.nhs.uk/";

    internal static SubscriptionReading Read(ReadOnlyMemory<byte> body, FhirForm form, DateTimeOffset now)
    {
        if (!WellFormedBody.TryRead(body.Span, form.Format, out var text, out var fault)) return new SubscriptionReading { Problems = [fault!] }; // false comes with a problem
        if (!FhirSyntax.TryParse(text, form.Format, out var resource, out var issues) || resource is not Subscription subscription)
            return new SubscriptionReading { Problems = [new Problem(SpineCode.InvalidResource, "The body is not a Subscription resource of FHIR.", "Subscription")] };

        var problems = StructuralProblems.Of(issues, form.Release);
        var reading = new Draft(subscription, form.Release, problems).Read(now);
        if (problems.Count == 0 && TryStore(subscription, form.Format, out var bytes)) return reading with { Resource = bytes };
        if (problems.Count == 0)
            problems.Add(new Problem(SpineCode.InvalidResource, "A contained resource does not have the form that FHIR prescribes.", "Subscription.contained"));
        return reading with { Problems = problems.Count > MaxProblems ? problems[..MaxProblems] : problems };
    }

    private static bool TryStore(Subscription subscription, FhirFormat format, out byte[] bytes)
    {
        SubscriptionWriter.HideSecrets(subscription);
        var other = format == FhirFormat.Json ? FhirFormat.Xml : FhirFormat.Json;
        return FhirSyntax.TryWrite(subscription, format, out bytes) && FhirSyntax.TryWrite(subscription, other, out _);
    }

    private sealed class Draft(Subscription subscription, FhirRelease release, List<Problem> problems)
    {
        // What the parser found faulty is reported already, and its property may throw.
        private readonly HashSet<string> faulty = StructuralProblems.Elements(problems);

        internal SubscriptionReading Read(DateTimeOffset now)
        {
            MustBeAbsent();
            if (!faulty.Contains("status") && subscription.Status != Subscription.SubscriptionStatus.Requested)
                Refuse("status must be requested.", "status");
            if (!faulty.Contains("reason") && string.IsNullOrWhiteSpace(subscription.Reason)) Refuse("reason must say something.", "reason");

            var criteriaText = faulty.Contains("criteria") ? null : subscription.Criteria ?? "";
            var criteria = criteriaText is null ? new CriteriaReading(null, []) : CriteriaParser.Parse(criteriaText);
            problems.AddRange(criteria.Problems);
            var channel = faulty.Contains("channel") ? null : subscription.Channel;
            var headers = channel is null ? null : HeaderLines.Read(channel.Header ?? []);
            if (headers is not null) problems.AddRange(headers.Problems);
            var kind = channel is null ? null : Kind(channel, headers);
            return new SubscriptionReading
            {
                Problems = problems,
                Organisation = faulty.Contains("contact") ? null : Organisation(),
                EndsAt = faulty.Contains("end") ? null : End(now),
                CriteriaText = criteriaText,
                Criteria = criteria.Criteria,
                Channel = kind,
                Endpoint = channel is null ? null : Endpoint(channel),
                Form = kind == ChannelKind.Webhook ? Payload(channel!.Payload) : "", // a kind comes from a channel
                Headers = headers,
            };
        }

        private void MustBeAbsent()
        {
            if (!faulty.Contains("id") && subscription.IdElement is not null)
                problems.Add(new Problem(SpineCode.ClientMayNotAssignId, "The id is assigned by the service.", "Subscription.id"));
            if (!faulty.Contains("error") && subscription.ErrorElement is not null) RefuseElement("error may not be sent.", "error");
            if (!faulty.Contains("implicitRules") && subscription.ImplicitRulesElement is not null) RefuseElement("implicitRules are not supported.", "implicitRules");
            if (subscription.ModifierExtension.Count > 0) RefuseElement("Modifier extensions are not supported.", "modifierExtension");
            if (!faulty.Contains("channel") && subscription.Channel?.ModifierExtension.Count > 0)
                RefuseElement("Modifier extensions are not supported.", "channel.modifierExtension");
            if (!faulty.Contains("contained") && subscription.Contained.Any(resource => resource.TypeName != "Provenance"))
                RefuseElement("Only Provenance may be contained.", "contained");
        }

        private string? Organisation()
        {
            if (subscription.Contact.Count == 0)
            {
                Refuse("There must be a contact: the organisation that subscribes.", "contact");
                return null;
            }

            var contact = subscription.Contact[0];
            if (contact.System != ContactPoint.ContactPointSystem.Url) Refuse("The system of the first contact must be url.", "contact[0].system");
            if (contact.Use != ContactPoint.ContactPointUse.Work) Refuse("The use of the first contact must be work.", "contact[0].use");
            var code = CodeIn(contact.Value ?? "", Directory + "STU3/Organization/")
                ?? (release == FhirRelease.R4 ? CodeIn(contact.Value ?? "", Directory + "R4/Organization/") : null);
            if (code is null) Refuse($"The value of the first contact must be {Directory}STU3/Organization/ and an ODS code.", "contact[0].value");
            return code;
        }

        private static string? CodeIn(string value, string prefix) =>
            value.StartsWith(prefix, StringComparison.Ordinal) && value[prefix.Length..] is { Length: >= 1 and <= 20 } code && code.All(char.IsAsciiLetterOrDigit)
                ? code.ToUpperInvariant()
                : null;

        private DateTimeOffset? End(DateTimeOffset now)
        {
            if (subscription.EndElement is null) return null;
            var isInstant = DateTimeOffset.TryParse(subscription.EndElement.JsonValue as string, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end);
            if (!isInstant) Refuse("end must be an instant with a time zone.", "end");
            else if (end <= now) Refuse("end must be in the future.", "end");
            return isInstant ? end : null;
        }

        private ChannelKind? Kind(Subscription.ChannelComponent channel, HeaderLines? headers)
        {
            if (channel.Type == Subscription.SubscriptionChannelType.RestHook) return ChannelKind.Webhook;
            if (channel.Type != Subscription.SubscriptionChannelType.Message)
            {
                Refuse("channel.type must be message (MESH) or rest-hook (webhook).", "channel.type");
                return null;
            }

            if (headers is { Secret: not null } or { SignAsymmetrically: true })
                Refuse("webhook-secret and webhook-signature-scheme go with channel.type rest-hook alone.", "channel.header");
            return ChannelKind.Mesh;
        }

        private string? Endpoint(Subscription.ChannelComponent channel)
        {
            if (string.IsNullOrEmpty(channel.Endpoint)) Refuse("channel.endpoint is needed.", "channel.endpoint");
            return string.IsNullOrEmpty(channel.Endpoint) ? null : channel.Endpoint;
        }

        private string Payload(string? payload)
        {
            if (payload is null) return "";
            if (FormOf(payload) is { } form) return form.ContentType;
            Refuse("channel.payload must be application/fhir+xml or application/fhir+json, with fhirVersion 3.0 or 4.0 or without.", "channel.payload");
            return "";
        }

        private FhirForm? FormOf(string payload)
        {
            if (!MediaTypeHeaderValue.TryParse(payload, out var type) || type.Parameters.Count > 1) return null;
            FhirFormat? format = type.MediaType?.ToUpperInvariant() switch
            {
                "APPLICATION/FHIR+XML" => FhirFormat.Xml,
                "APPLICATION/FHIR+JSON" => FhirFormat.Json,
                _ => null,
            };
            FhirRelease? wanted = type.Parameters.SingleOrDefault() switch
            {
                null => release,
                { Value: "3.0" } parameter when IsVersion(parameter) => FhirRelease.Stu3,
                { Value: "4.0" } parameter when IsVersion(parameter) => FhirRelease.R4,
                _ => null,
            };
            return format is not null && wanted is not null ? new FhirForm(wanted.Value, format.Value) : null;
        }

        private static bool IsVersion(NameValueHeaderValue parameter) => parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase);

        private void Refuse(string diagnostics, string element) => problems.Add(new Problem(SpineCode.InvalidResource, diagnostics, "Subscription." + element));

        private void RefuseElement(string diagnostics, string element) => problems.Add(new Problem(SpineCode.InvalidElement, diagnostics, "Subscription." + element));
    }
}
