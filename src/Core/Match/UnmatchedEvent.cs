using Nems.Core.Events;
using Nems.Core.Keys;

namespace Nems.Core.Match;

/// <summary>An accepted event that waits to be matched. Its body has the rest.</summary>
public sealed record UnmatchedEvent(Place Place, EventId Id, EventType Type, FhirForm Form, PatientKey? Patient, DateTimeOffset AcceptedAt)
{
    public override string ToString() => Id.ToString();
}
