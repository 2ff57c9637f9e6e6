using System.Diagnostics.CodeAnalysis;
using Nems.Core.Events;
using Nems.Core.Problems;
using Nems.Core.Publish;
using Nems.Core.Publish.Rules;

namespace Nems.Core.Fhir;

/// <summary>
/// A body to an event message, or to every problem that it has. Without state; whatever the bytes are, it answers, soon and
/// without an exception. Keeps nothing of the body.
/// </summary>
public sealed class EventMessageReader
{
    /// <param name="body">The bytes as they came, at most the size that the service accepts.</param>
    /// <param name="form">The release of the path and the syntax of the media type.</param>
    /// <param name="interactionId">The InteractionID header, which must be that of the event; null where none was sent.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "Hosts and handlers are given the reader like its peers; that it has no state is its own affair.")]
    public EventReading Read(ReadOnlyMemory<byte> body, FhirForm form, string? interactionId)
    {
        if (!FhirDocument.TryRead(body, form.Format, out var document, out var problem)) return new EventReading(null, null, [problem], []);
        using (document)
        {
            if (!document.Root.Is("Bundle"))
                return new EventReading(null, null, [new Problem(SpineCode.MessageNotWellFormed, "The body is not a Bundle.")], []);
            var message = EventMessageRules.Check(document, form, interactionId);
            var findings = message.Findings;
            return new EventReading(findings.Problems.Count == 0 ? Facts(message) : null, message.Type, findings.Problems, findings.Warned);
        }
    }

    private static EventMessage Facts(CheckedMessage message)
    {
        // Both are known of a message without problems.
        var type = message.Type!;
        return new EventMessage(type, message.MessageEventType!.Value, message.Form, RoutingFacts.Of(message, type), OccurredOn(message));
    }

    private static DateOnly? OccurredOn(CheckedMessage message)
    {
        if (FhirDateTime.TryDay(message.Header.Child("meta").Child("lastUpdated").Value, out var day)) return day;
        var sent = (message.IsR4 ? message.Bundle : message.Header).Child("timestamp");
        return FhirDateTime.TryDay(sent.Value, out day) ? day : null;
    }
}
