using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>The rules on the Bundle and its entries, whatever the event.</summary>
internal static class BundleRules
{
    public static void Check(CheckedMessage message)
    {
        var findings = message.Findings;
        if (!message.Bundle.Child("type").HasValueOf("message"))
            findings.Refuse(SpineCode.InvalidResource, message.Bundle, "type", "Bundle.type must be message.");
        CheckHeaderPlace(message);
        for (var index = 0; index < message.Entries.Length; index++) CheckEntry(message, index);
    }

    private static void CheckHeaderPlace(CheckedMessage message)
    {
        var first = message.Entries.IsEmpty ? default : message.Entries[0].Resource;
        var count = message.CountOf("MessageHeader");
        if (!first.Is("MessageHeader"))
            message.Findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry[0]", "The first entry of the Bundle must be the MessageHeader.");
        if (count > 1)
            message.Findings.Refuse(SpineCode.InvalidResource, message.Bundle, "entry", "The Bundle must have one MessageHeader alone.");
    }

    private static void CheckEntry(CheckedMessage message, int index)
    {
        var entry = message.Entries[index];
        var findings = message.Findings;
        if (!entry.Resource.Exists || entry.Resource.Next.Exists || entry.Element.CountOf("resource") > 1)
            findings.Refuse(SpineCode.InvalidResource, entry.Element, "resource", "Every entry must have one resource.");
        if (!entry.FullUrl.HasValue || entry.Element.CountOf("fullUrl") > 1)
        {
            findings.Refuse(SpineCode.InvalidResource, entry.Element, "fullUrl", "Every entry must have a fullUrl.");
            return;
        }

        if (message.IsRepeated(index))
            findings.Invalid(entry.FullUrl, "The fullUrl of another entry is the same: it must be unique in the Bundle.");
        CheckFullUrlForm(message, entry);
        if (message.Form is { Release: FhirRelease.Stu3, Format: FhirFormat.Xml } && entry.Resource.Exists && !ElementOrder.Holds(entry.Resource))
            findings.Warn(Warnings.ElementOrder);
    }

    private static void CheckFullUrlForm(CheckedMessage message, CheckedMessage.Entry entry)
    {
        var isUrn = CheckedMessage.IsUrn(entry.FullUrl.Value);
        if (message.IsR4 && !isUrn)
            message.Findings.Invalid(entry.FullUrl, "A fullUrl must begin with urn:uuid:.");
        var id = entry.Resource.Child("id");
        message.Findings.WarnUnless(isUrn && id.HasValue && entry.FullUrl.Value.EndsWith(id.Value), Warnings.FullUrlForm);
    }
}
