using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>The rules on the MessageHeader but for its patient. Finds the event type, the messageEventType and the focus.</summary>
internal static class HeaderRules
{
    public static void Check(CheckedMessage message, string? interactionId)
    {
        var header = message.Header;
        if (!Guid.TryParseExact(header.Child("id").Value, "D", out _))
            message.Findings.Refuse(SpineCode.InvalidResource, header, "id", "MessageHeader.id must be a UUID.");
        CheckEvent(message, interactionId);
        CheckMessageEventType(message);
        CheckMoments(message);
        CheckSource(message);
        if (!header.Child("responsible").Child("reference").HasValue)
            message.Findings.Refuse(SpineCode.InvalidResource, header, "responsible", "MessageHeader.responsible must have a reference.");
        CheckFocus(message);
        CheckElements(message);
    }

    private static void CheckEvent(CheckedMessage message, string? interactionId)
    {
        var findings = message.Findings;
        var name = message.IsR4 ? "eventCoding" : "event";
        if (message.IsR4 && message.Header.Child("eventUri") is { Exists: true } uri)
            findings.Refuse(SpineCode.InvalidElement, uri, "An event is named by eventCoding, not by eventUri.");
        if (message.Header.CountOf(name) != 1)
            findings.Refuse(SpineCode.InvalidResource, message.Header, name, $"MessageHeader.{name} must be there once.");
        var coding = message.Header.Child(name);
        if (!coding.Exists) return;

        var system = coding.Child("system");
        if (!system.HasValueOf(EventType.System))
        {
            findings.Refuse(SpineCode.InvalidCodeSystem, coding, "system", system.Value.Contains(Systems.LegacyMark, StringComparison.Ordinal)
                ? $"The EMS names of the first version of the specification are no longer valid: the system of the event must be {EventType.System}."
                : $"The system of the event must be {EventType.System}.");
        }

        if (EventType.TryParse(coding.Child("code").Value.ToString(), out var type))
            message.Type = type;
        else
            findings.Refuse(SpineCode.InvalidCodeValue, coding, "code", "The event code is not one of the ten supported event types (letter case counts).");
        var display = coding.Child("display");
        if (!display.HasValue) findings.Missing(coding, "display");
        else findings.WarnUnless(type is null || display.Value.Equals(type.Display, StringComparison.OrdinalIgnoreCase), Warnings.EventDisplay);
        findings.WarnUnless(!coding.Child("userSelected").Exists, Warnings.EventUserSelected);
        CheckInteraction(findings, type, interactionId);
    }

    private static void CheckInteraction(Findings findings, EventType? type, string? interactionId)
    {
        if (type is null || interactionId is null || string.Equals(interactionId, type.InteractionId, StringComparison.Ordinal)) return;
        if (string.Equals(interactionId, type.InteractionId, StringComparison.OrdinalIgnoreCase)) findings.Warn(Warnings.InteractionIdLetterCase);
        else findings.RefuseHeader($"The InteractionID does not belong to the event in the body, which wants {type.InteractionId}.");
    }

    private static void CheckMessageEventType(CheckedMessage message)
    {
        var findings = message.Findings;
        var concept = message.Header.Extension(Systems.MessageEventTypeExtension).Child("valueCodeableConcept");
        var coding = concept.Child("coding");
        if (message.Header.CountOfExtension(Systems.MessageEventTypeExtension) != 1 || concept.CountOf("coding") != 1)
        {
            findings.Refuse(SpineCode.InvalidResource, message.Header, "extension", message.Header.Extension(Systems.LegacyMessageEventTypeExtension).Exists
                ? $"The EMS names of the first version of the specification are no longer valid: use the extension {Systems.MessageEventTypeExtension}."
                : $"The extension {Systems.MessageEventTypeExtension} must be there once, with one coding.");
        }

        if (!coding.Exists) return;
        if (!coding.Child("system").HasValueOf(Systems.MessageEventType))
            findings.Refuse(SpineCode.InvalidCodeSystem, coding, "system", $"The system of the messageEventType must be {Systems.MessageEventType}.");
        var (kind, display) = KindOf(coding.Child("code").Value);
        message.MessageEventType = kind;
        if (kind is not { } known || message.Type?.MessageEventTypes.Contains(known) == false)
            findings.Refuse(SpineCode.InvalidCodeValue, coding, "code", message.Type is null
                ? "The messageEventType must be new, update or delete."
                : $"The messageEventType is none of those that {message.Type.Code} has: {Allowed(message.Type)}.");
        findings.WarnUnless(coding.Child("display").Value.Equals(display, StringComparison.OrdinalIgnoreCase), Warnings.MessageEventTypeDisplay);
        findings.WarnUnless(!coding.Child("version").Exists && !coding.Child("userSelected").Exists && !concept.Child("text").Exists, Warnings.MessageEventTypeExtras);
    }

    private static string Allowed(EventType type) => string.Join(", ", type.MessageEventTypes).ToLowerInvariant();

    private static (MessageEventType? Kind, string Display) KindOf(ReadOnlySpan<char> code) => code switch
    {
        "new" => (MessageEventType.New, "New event message"),
        "update" => (MessageEventType.Update, "Update event message"),
        "delete" => (MessageEventType.Delete, "Delete event message"),
        _ => (null, string.Empty),
    };

    private static void CheckMoments(CheckedMessage message)
    {
        var findings = message.Findings;
        var meta = message.Header.Child("meta");
        var changed = meta.Child("lastUpdated");
        var isNeeded = message.Type is { } type && type != EventType.Birth && type != EventType.RecordChange;
        if (changed.HasValue && !FhirDateTime.IsInstant(changed.Value))
            findings.Invalid(changed, "meta.lastUpdated must be a FHIR instant: date, time and zone.");
        else if (isNeeded && !changed.HasValue)
            findings.Refuse(SpineCode.InvalidResource, message.Header, "meta.lastUpdated", "meta.lastUpdated, the moment of the change, is required for this event.");

        var version = meta.Child("versionId");
        findings.WarnUnless(!version.Exists || (version.HasValue && !version.Value.ContainsAnyExceptInRange('0', '9')), Warnings.VersionIdNotInteger);

        var holder = message.IsR4 ? message.Bundle : message.Header;
        var sent = holder.Child("timestamp");
        if (!sent.HasValue) findings.Missing(holder, "timestamp");
        else if (FhirDateTime.IsInstant(sent.Value)) return;
        else if (message.IsR4) findings.Invalid(sent, "Bundle.timestamp must be a FHIR instant: date, time and zone.");
        else findings.Warn(Warnings.TimestampForm);
    }

    private static void CheckSource(CheckedMessage message)
    {
        var findings = message.Findings;
        var source = message.Header.Child("source");
        if (!findings.Require(message.Header, "source")) return;
        findings.Require(source, "endpoint");
        findings.WarnUnless(source.Child("name").HasValue, Warnings.SourceNameMissing);
        if (source.CountOf("contact") != 1)
        {
            findings.Refuse(SpineCode.InvalidResource, source, "contact", "source.contact must be there once.");
            return;
        }

        var contact = source.Child("contact");
        var system = contact.Child("system").Value;
        if (system is not ("phone" or "email"))
            findings.Refuse(SpineCode.InvalidResource, contact, "system", "The system of source.contact must be phone or email.");
        if (findings.Require(contact, "value")) findings.WarnUnless(LooksLike(system, contact.Child("value").Value), Warnings.ContactValueForm);
    }

    private static bool LooksLike(ReadOnlySpan<char> system, ReadOnlySpan<char> value) => system switch
    {
        "phone" => value.ContainsAnyInRange('0', '9') && !value.Contains('@'),
        "email" => value.IndexOf('@') is > 0 and var at && at < value.Length - 1,
        _ => true,
    };

    private static void CheckFocus(CheckedMessage message)
    {
        var findings = message.Findings;
        if (message.Header.CountOf("focus") != 1)
            findings.Refuse(SpineCode.InvalidResource, message.Header, "focus", "MessageHeader.focus must be there once.");
        var focus = message.Header.Child("focus");
        if (!focus.Exists) return;
        var address = focus.Child("reference");
        var resource = message.Resolve(focus);
        if (!address.HasValue)
            findings.Invalid(focus, "MessageHeader.focus must have a reference.");
        else if (!resource.Exists && !CheckedMessage.IsUrn(address.Value)) // that of urn:uuid: is among the rules on all references
            findings.Refuse(SpineCode.ReferenceNotFound, address, "MessageHeader.focus must refer to a resource in the Bundle.");
        else if (resource.Exists && message.Type is { } type && !resource.Is(type.FocusResource))
            findings.Invalid(address, $"MessageHeader.focus must refer to a resource of type {type.FocusResource}.");
        else if (message.Type is not null)
            message.Focus = resource;
    }

    /// <summary>An element outside of the published table is counted; so are those that the profile forbids.</summary>
    private static void CheckElements(CheckedMessage message)
    {
        foreach (var element in message.Header.Children())
        {
            var isInTable = element.Name is "id" or "meta" or "extension" or "destination" or "sender" or "enterer" or "source" or "responsible" or "focus"
                || (message.IsR4 ? element.Name is "eventCoding" or "eventUri" : element.Name is "event" or "timestamp");
            message.Findings.WarnUnless(isInTable, Warnings.HeaderElement);
        }

        message.Findings.WarnUnless(message.Header.CountOf("destination") <= 1, Warnings.SeveralDestinations);
    }
}
