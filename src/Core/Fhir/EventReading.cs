using Nems.Core.Events;
using Nems.Core.Problems;

namespace Nems.Core.Fhir;

/// <summary>What came of reading a body as an event message.</summary>
/// <param name="Message">Null exactly when there are problems.</param>
/// <param name="Type">The event type, wherever its code could be read: also of a message that is refused.</param>
/// <param name="Problems">Everything that refuses the message.</param>
/// <param name="Warnings">Stable names of breaches that refuse nothing, each once; for logs and counts, never shown to the publisher.</param>
public sealed record EventReading(EventMessage? Message, EventType? Type, IReadOnlyList<Problem> Problems, IReadOnlyList<string> Warnings);
